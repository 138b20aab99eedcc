//! The program as its users run it: the real binary, in folders of its own.

mod authority;
mod checking;
mod damage;
mod full_disk;
mod hostile;
mod issuing;
mod killed;
mod manners;
mod program;
mod publishing;
mod sockets;
mod trust;
