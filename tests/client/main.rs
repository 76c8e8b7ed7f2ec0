//! Every outgoing call is recorded exactly once, however it ends on the network.

mod calls;
mod contract;
mod naming;
mod server;
mod tries;
