//! Foreign forms: what arrives as a photograph, a PDF or another system's credential is read here and handed on as plain bytes.

pub mod scan;
