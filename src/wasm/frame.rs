//! Bytes to question, answer to bytes.

use super::{Answer, Refused};
use crate::base::canonical::{Bounds, Json, Numbers, Object, read};

/// 16 MiB of head: arguments carry texts of credentials; packs and files come as blobs.
const HEAD: Bounds = Bounds { bytes: 16 << 20, depth: 32, string: 1 << 20, numbers: Numbers::Whole };
/// 4 bytes stand before the head: its length.
const LENGTH: usize = 4;

/// A question, taken apart.
pub(super) struct Frame<'a> {
    pub op: String,
    pub args: Object,
    pub blobs: Vec<&'a [u8]>,
}

impl<'a> Frame<'a> {
    pub fn read(question: &'a [u8]) -> Result<Self, Refused> {
        Self::take(question).ok_or_else(|| Refused::of("question"))
    }

    fn take(question: &'a [u8]) -> Option<Self> {
        let (length, rest) = question.split_first_chunk::<LENGTH>()?;
        let (head, mut rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        let Json::Object(mut head) = read(head, HEAD).ok()? else { return None };
        let Some(Json::Object(args)) = head.remove("args") else { return None };
        let mut blobs = Vec::new();
        for length in head.get("blobs")?.list()? {
            let (blob, after) = rest.split_at_checked(usize::try_from(length.integer()?).ok()?)?;
            blobs.push(blob);
            rest = after;
        }
        Some(Self { op: head.get("op")?.text()?.to_owned(), args, blobs })
    }
}

pub(super) fn write(answered: Result<Answer, Refused>) -> Vec<u8> {
    let (named, blobs) = match answered {
        Ok(answer) => (("value", answer.value), answer.blobs),
        Err(refused) => {
            let error =
                Object::from_iter([("code", Json::from(refused.code.as_str())), ("params", refused.params.into())]);
            (("error", error.into()), Vec::new())
        }
    };
    let lengths = blobs.iter().map(|blob| Json::Integer(i64::try_from(blob.len()).unwrap_or(i64::MAX)));
    let head = Object::from_iter([("blobs", Json::List(lengths.collect())), named]).to_canonical();
    let length = u32::try_from(head.len()).unwrap_or(u32::MAX);
    [&length.to_le_bytes()[..], &head].into_iter().chain(blobs.iter().map(Vec::as_slice)).collect::<Vec<_>>().concat()
}
