//! What leaves the deployment: devices and the pushes they are sent, webhooks and their deliveries.

pub mod create_webhook;
pub mod delete_webhook;
mod device;
pub mod get_webhook;
pub mod list_devices;
pub mod list_webhook_deliveries;
pub mod list_webhooks;
pub mod outbound;
pub mod push;
pub mod register_device;
pub mod remove_device;
pub mod rotate_webhook_secret;
pub mod send_push;
pub mod send_webhooks;
pub mod target;
pub mod test_webhook;
pub mod update_webhook;
pub mod url;
mod webhook;
