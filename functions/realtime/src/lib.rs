//! Real time: tickets and the WebSockets they open, what clients say over them, and what they are told.

pub mod connect_socket;
pub mod connection;
pub mod create_ticket;
pub mod deliver_events;
pub mod disconnect_socket;
pub mod event;
pub mod receive_frame;
pub mod send_typing;
mod socket;
pub mod sweep_connections;
mod typing;
pub mod work;
