//! What the deployment says of itself: health, limits, its contract.

pub mod check_health;
pub mod get_limits;
pub mod get_openapi;
pub mod unknown_route;
