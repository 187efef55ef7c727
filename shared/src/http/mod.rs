//! The HTTP edge: a call as a handler sees it, who makes it, and the two kinds of answer.

mod allowance;
mod call;
mod caller;
mod fields;
mod page;
mod problem;
mod reply;

pub use allowance::Allowance;
pub use call::Call;
pub use caller::Caller;
pub use fields::{Change, Fields, Invalid, Parse, whole_number};
pub use page::{Cursor, cut, fitting, fitting_bytes, limit, message_bytes, place};
pub use problem::{FieldError, Problem};
pub use reply::{Page, Reply};
