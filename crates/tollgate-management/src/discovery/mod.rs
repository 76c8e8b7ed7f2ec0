//! Discovery: the endpoints that the caller may see, as links or as a page.

mod endpoint;
mod links;
mod page;

pub(crate) use self::{
    endpoint::{ID, endpoint},
    links::Paths,
};
