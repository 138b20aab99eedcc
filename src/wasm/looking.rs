//! What is inside a file that a page cannot look into by itself.

use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::interop::insides::{InsidesError, InsidesLimits, Picture, insides};

/// `pdf` [a PDF] → {attachments: how many, pictures: [{form, height?, width?}], unread}, [each attachment, each picture]
///
/// A picture's form is `jpeg`, a file, or `grey`, a byte a pixel. Refused are files that are `damaged`, `locked` or `too-large`.
pub(super) fn pdf(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let found = insides(call.blob(0)?, InsidesLimits::BROWSER).map_err(|error| Refused::of(code(error)))?;
    let attachments = count(found.attachments.len());
    let mut blobs = found.attachments;
    let mut pictures = Vec::new();
    for picture in found.pictures {
        let (about, bytes) = match picture {
            Picture::Grey { width, height, luma } => {
                let [width, height] = [width, height].map(|side| Json::Integer(side.into()));
                (Object::from_iter([("form", Json::from("grey")), ("height", height), ("width", width)]), luma)
            }
            Picture::Jpeg(bytes) => (Object::from_iter([("form", Json::from("jpeg"))]), bytes),
        };
        pictures.push(Json::Object(about));
        blobs.push(bytes);
    }
    let value = Object::from_iter([
        ("attachments", attachments),
        ("pictures", Json::List(pictures)),
        ("unread", count(found.unread_pictures)),
    ]);
    Ok(Answer::with(value, blobs))
}

fn count(number: usize) -> Json {
    Json::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn code(error: InsidesError) -> &'static str {
    match error {
        InsidesError::Damaged => "damaged",
        InsidesError::Locked => "locked",
        InsidesError::TooLarge { .. } | InsidesError::Unfolds { .. } => "too-large",
    }
}
