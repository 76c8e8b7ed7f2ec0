//! Discovery: the endpoints that the caller may see, as links or as a page.

mod endpoint;
mod page;

pub(crate) use self::endpoint::{ID, Paths, endpoint};
