//! Pages for people: the API as a page that can be tried, and a chat that uses it.

mod file;
pub mod get_demo;
pub mod get_swagger;
