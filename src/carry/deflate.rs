//! The plain codec: raw DEFLATE (RFC 1951) with the dictionary as what came before. Any inflater that takes a preset
//! dictionary reads it.

use miniz_oxide::deflate::core::create_comp_flags_from_zip_params;
use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::model::StreamError;

/// The most thorough search.
const LEVEL: i32 = 10;
/// No zlib header.
const RAW: i32 = -15;
/// Ends every text, as in the model's streams, so that both codecs carry the same bytes.
const END: u8 = 0;

/// The stream of a text without zero bytes. None should the compressor fail, which it has no reason to.
pub(super) fn encode(dictionary: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(LEVEL, RAW, 0));
    let mut stream = Vec::new();
    // A sync flush ends on a whole byte and keeps the window: what follows refers to the dictionary and stands alone.
    let status = run(&mut compressor, dictionary, TDEFLFlush::Sync, &mut stream);
    if status != TDEFLStatus::Okay {
        return None;
    }
    stream.clear();
    let mut ended = text.to_vec();
    ended.push(END);
    (run(&mut compressor, &ended, TDEFLFlush::Finish, &mut stream) == TDEFLStatus::Done).then_some(stream)
}

fn run(compressor: &mut CompressorOxide, input: &[u8], flush: TDEFLFlush, out: &mut Vec<u8>) -> TDEFLStatus {
    let (status, read) = compress_to_output(compressor, input, flush, |bytes| {
        out.extend_from_slice(bytes);
        true
    });
    if read == input.len() { status } else { TDEFLStatus::BadParam }
}

/// The text of a stream, at most `most` bytes.
pub(super) fn decode(dictionary: &[u8], stream: &[u8], most: usize) -> Result<Vec<u8>, StreamError> {
    let start = dictionary.len();
    let mut window = dictionary.to_vec();
    window.resize(start + most + 1, 0);
    let mut inflater = DecompressorOxide::new();
    let (status, read, written) =
        decompress(&mut inflater, stream, &mut window, start, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
    match status {
        TINFLStatus::Done if read < stream.len() => Err(StreamError::Surplus),
        TINFLStatus::Done => {
            let mut text = window.split_off(start);
            text.truncate(written);
            // The end mark stands once, at the end.
            match text.iter().position(|&byte| byte == END) {
                Some(at) if at + 1 == text.len() => {
                    text.pop();
                    Ok(text)
                }
                _ => Err(StreamError::Broken),
            }
        }
        TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => Err(StreamError::CutShort),
        TINFLStatus::HasMoreOutput => Err(StreamError::TooLong),
        _ => Err(StreamError::Broken),
    }
}
