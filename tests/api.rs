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
mod identity;
mod parameters;
mod vocabulary;

mod conversations {
    mod create_conversation;
    mod list_conversations;
}
mod encryption {
    mod at_rest;
    mod tampering;
}
mod messages {
    mod get_message;
    mod list_messages;
    mod send_message;
}
mod meta {
    mod check_health;
    mod get_limits;
    mod get_openapi;
    mod unknown_route;
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
    mod get_me;
    mod get_settings;
    mod get_user;
    mod list_blocks;
    mod register_user;
    mod search_users;
    mod set_status;
    mod unblock_user;
    mod update_me;
    mod update_settings;
}
mod admin {
    mod list_admin_users;
    mod list_audit_events;
    mod update_admin_user;
    mod verify_audit;
}
