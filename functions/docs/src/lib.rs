//! Pages for people: the API as a page that can be tried.

pub mod get_swagger;
