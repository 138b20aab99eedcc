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
    if let Some(unpacked) =
        std::str::from_utf8(bytes).ok().and_then(|text| crate::carry::packet::unpack(text.trim()).ok())
    {
        let signed = Signed::read(&unpacked.document).map_err(|_| NotRead)?;
        return Ok(vec![Offered { signed, carrier: Carrier::Packet { draft: unpacked.codec.is_draft() } }]);
    }
    let signed = Signed::read(bytes).map_err(|_| NotRead)?;
    Ok(vec![Offered { signed, carrier: Carrier::File }])
}
