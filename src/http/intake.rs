//! Stands in for `interop::intake` until it is here: JSON files only.

use crate::credential::credential::Credential;
use crate::credential::document::Signed;

pub(super) struct Offered {
    pub signed: Signed<Credential>,
    pub carrier: Carrier,
}

#[allow(dead_code)]
pub(super) enum Carrier {
    File,
    Packet { draft: bool },
}

pub(super) struct NotRead;

impl NotRead {
    pub(super) fn code(&self) -> &'static str {
        "not-json"
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Offered>, NotRead> {
    let signed = Signed::read(bytes).map_err(|_| NotRead)?;
    Ok(vec![Offered { signed, carrier: Carrier::File }])
}
