//! What leaves the deployment: devices and the pushes they are sent, webhooks and their deliveries.

pub mod device;
pub mod list_devices;
pub mod register_device;
pub mod remove_device;
pub mod target;
pub mod url;
