//! The program as its users run it: the real binary, in folders of its own.

mod authority;
mod backup;
mod badge;
mod checking;
mod crash;
mod cv;
mod damage;
mod export;
mod fetch;
mod fsck;
mod full_disk;
mod holder;
mod hostile;
mod issuing;
mod keys;
mod killed;
mod manners;
mod paper;
pub mod program;
mod publishing;
mod rebind;
mod registers;
mod reissue;
mod reprint;
mod sockets;
mod trust;
mod vacancy;
