//! Does every outgoing call end in exactly one record, whatever the network makes of it?

mod calls;
mod contract;
mod naming;
mod server;
mod tries;
