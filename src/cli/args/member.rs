//! What may be typed about who works at an institution.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::store::staff::Role;

/// `member`
#[derive(Args, Debug)]
pub struct Member {
    /// The institution's folder
    pub dir: PathBuf,
    /// What to do
    #[command(subcommand)]
    pub act: MemberAct,
}

/// What is done about members.
#[derive(Debug, Subcommand)]
pub enum MemberAct {
    /// Let somebody in: prints the path of a link with which they choose a password, for 72 hours
    #[command(
        after_help = "Example:\n  skillpass member centro add ana --name \"Ana Pérez\" --role administrator --role clerk"
    )]
    Add {
        /// What they sign in with
        login: String,
        /// What colleagues see [default: the login]
        #[arg(long)]
        name: Option<String>,
        /// What they may do; give several times for several
        #[arg(long, value_enum, required = true)]
        role: Vec<RoleName>,
    },
    /// List who works here
    #[command(after_help = "Example:\n  skillpass member centro list")]
    List,
    /// Let somebody in no more
    #[command(after_help = "Example:\n  skillpass member centro close ana")]
    Close {
        /// What they signed in with
        login: String,
    },
    /// Make a new link for somebody who lost the first one, or forgot the password
    #[command(after_help = "Example:\n  skillpass member centro invite ana")]
    Invite {
        /// What they sign in with
        login: String,
    },
}

/// A role, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Says who works here
    Administrator,
    /// Judges prior learning
    Assessor,
    /// Reads everything and changes nothing
    Auditor,
    /// Brings in the register and proposes batches
    Clerk,
    /// Releases batches; suspends and withdraws
    Signatory,
}

impl RoleName {
    /// The role.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            RoleName::Administrator => Role::Administrator,
            RoleName::Assessor => Role::Assessor,
            RoleName::Auditor => Role::Auditor,
            RoleName::Clerk => Role::Clerk,
            RoleName::Signatory => Role::Signatory,
        }
    }
}

/// `desk`
#[derive(Debug, Subcommand)]
pub enum DeskRule {
    /// End being a pilot: its own authority is put aside, and two people release whatever is signed. It cannot be undone
    #[command(after_help = "Example:\n  skillpass desk end-pilot centro --yes")]
    EndPilot {
        /// The institution's folder
        dir: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Forget the person of a certificate that was issued without a register, as they asked. It cannot be undone
    #[command(after_help = "Example:\n  skillpass desk erase centro 7K3M9Q2X --yes")]
    Erase {
        /// The institution's folder
        dir: PathBuf,
        /// The number on the paper, the digest, or the certificate's file
        certificate: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Say how many months the register keeps people; without --months, how many it does
    #[command(after_help = "Example:\n  skillpass desk retention centro --months 24 --yes")]
    Retention {
        /// The institution's folder
        dir: PathBuf,
        /// So many months after the month of the award; 0 for no end
        #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1200))]
        months: Option<u16>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Rewrite the store, so that nothing of people who were forgotten stays in its files. The next publication does it too
    #[command(after_help = "Example:\n  skillpass desk sweep centro")]
    Sweep {
        /// The institution's folder
        dir: PathBuf,
    },
    /// From now on two people release whatever is signed. It cannot be undone
    #[command(after_help = "Example:\n  skillpass desk require-two centro --yes")]
    RequireTwo {
        /// The institution's folder
        dir: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}
