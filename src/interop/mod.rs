//! Other forms and other people's formats: what arrives as a photograph, a PDF or a DID document is read here and handed on.

pub mod did_document;
pub mod fetch;
pub mod intake;
pub mod scan;
