//! Users: register, one's own profile.

pub mod get_me;
pub mod register_user;
