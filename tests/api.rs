//! End to end, through the gateway of the local stack: what a client of Talkify sees. One module a resource, one file an action; beside them what holds
//! for every operation alike.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy knows a test by its attribute and not what tests share"
)]

mod access;
mod bodies;
mod contract;
mod deployment;
mod identity;
mod parameters;
mod vocabulary;

mod conversations {
    mod add_members;
    mod archive_conversation;
    mod create_conversation;
    mod delete_conversation;
    mod get_conversation;
    mod list_conversations;
    mod list_members;
    mod list_receipts;
    mod mark_unread;
    mod mute_conversation;
    mod pin_conversation;
    mod remove_member;
    mod sync;
    mod unarchive_conversation;
    mod unmute_conversation;
    mod unpin_conversation;
    mod update_conversation;
    mod update_member;
    mod update_receipts;
}
mod docs {
    mod get_demo;
    mod get_swagger;
}
mod encryption {
    mod at_rest;
    mod canaries;
    mod shredding;
    mod tampering;
}
mod media {
    mod create_media;
    mod delete_media;
    mod get_media;
    mod list_media;
    mod make_previews;
}
mod messages {
    mod add_reaction;
    mod delete_message;
    mod edit_message;
    mod get_message;
    mod get_message_history;
    mod get_message_status;
    mod list_changes;
    mod list_messages;
    mod pin_message;
    mod remove_reaction;
    mod report_message;
    mod search_messages;
    mod send_every_type;
    mod send_message;
    mod unpin_message;
}
mod meta {
    mod check_health;
    mod get_limits;
    mod get_openapi;
    mod unknown_route;
}
mod realtime {
    mod clients;
    mod create_ticket;
    mod send_typing;
    mod sockets;
}
mod sessions {
    mod create_session;
    mod delete_current_session;
    mod delete_session;
    mod list_sessions;
    mod refresh_session;
}
mod users {
    mod block_user;
    mod change_password;
    mod delete_me;
    mod get_export;
    mod get_me;
    mod get_settings;
    mod get_user;
    mod list_blocks;
    mod register_user;
    mod request_export;
    mod search_users;
    mod set_status;
    mod unblock_user;
    mod update_me;
    mod update_settings;
}
mod devices {
    mod list_devices;
    mod register_device;
    mod remove_device;
    mod send_push;
}
mod webhooks {
    mod create_webhook;
    mod delete_webhook;
    mod get_webhook;
    mod list_webhook_deliveries;
    mod list_webhooks;
    mod rotate_webhook_secret;
    mod send_webhooks;
    mod test_webhook;
    mod update_webhook;
}
mod admin {
    mod backup_keys;
    mod get_analytics;
    pub mod list_admin_users;
    mod list_audit_events;
    mod list_keys;
    mod list_reports;
    pub mod list_workers;
    mod redrive_queue;
    mod request_rotation;
    mod restore_keys;
    mod update_admin_user;
    mod update_report;
    mod verify_audit;
}
