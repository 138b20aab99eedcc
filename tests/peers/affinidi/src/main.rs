//! The `affinidi-data-integrity` crate beside ours, for its times: `time ROUNDS CONTEXTS FILE…`.
//!
//! It knows the contexts of the W3C alone and takes no others; for `eddsa-rdfc-2022` those of Open Badges are put into the
//! document itself, out of CONTEXTS, a map of address to file.

use std::path::Path;
use std::time::Instant;

use affinidi_data_integrity::crypto_suites::CryptoSuite;
use affinidi_data_integrity::{DataIntegrityProof, DidKeyResolver, SignOptions, VerifyOptions};
use affinidi_secrets_resolver::secrets::Secret;
use serde_json::{Value, json};

/// A key pair known to all, from the crate's own example.
const PUBLIC: &str = "z6MktDNePDZTvVcF5t6u362SsonU7HkuVFSMVCjSspQLDaBm";
const PRIVATE: &str = "z3u2UQyiY96d7VQaua8yiaSyQxq5Z5W5Qkpz7o2H2pc9BkEa";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ["time", rounds, contexts, ref files @ ..] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        panic!("time ROUNDS CONTEXTS FILE…");
    };
    let rounds: u32 = rounds.parse().expect("a number");
    let mut times = json!({});
    for file in files {
        let mut document = read(file);
        document.as_object_mut().expect("an object").remove("proof");
        document["issuer"]["id"] = format!("did:key:{PUBLIC}").into();
        let name = Path::new(file).file_stem().expect("a name").to_string_lossy().into_owned();
        times[format!("{name} jcs")] = time(rounds, &document.to_string(), CryptoSuite::EddsaJcs2022).await;
        inline(&mut document, contexts);
        times[format!("{name} rdfc")] = time(rounds, &document.to_string(), CryptoSuite::EddsaRdfc2022).await;
    }
    println!("{times}");
}

fn read(path: impl AsRef<Path>) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

fn inline(document: &mut Value, map: &str) {
    let files = read(map);
    for context in document["@context"].as_array_mut().expect("contexts").iter_mut().skip(1) {
        let file = files[context.as_str().expect("an address")].as_str().expect("a file");
        *context = read(Path::new(map).parent().expect("a folder").join(file))["@context"].take();
    }
}

/// Microseconds to sign and to verify, from JSON text; or what the crate says when it cannot.
async fn time(rounds: u32, text: &str, suite: CryptoSuite) -> Value {
    match sign(text, suite).await {
        Err(reason) => json!({"reason": reason}),
        Ok(proof) => {
            if let Err(reason) = check(text, &proof).await {
                return json!({"reason": reason});
            }
            let start = Instant::now();
            for _ in 0..rounds {
                sign(text, suite).await.expect("signs");
            }
            let signing = start.elapsed();
            let start = Instant::now();
            for _ in 0..rounds {
                check(text, &proof).await.expect("holds");
            }
            let each = |time: std::time::Duration| time.as_secs_f64() * 1e6 / f64::from(rounds);
            json!({"sign": each(signing), "verify": each(start.elapsed())})
        }
    }
}

async fn sign(text: &str, suite: CryptoSuite) -> Result<DataIntegrityProof, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let secret = Secret::from_multibase(PRIVATE, Some(&format!("did:key:{PUBLIC}#{PUBLIC}"))).expect("a key");
    let options = SignOptions::new().with_cryptosuite(suite);
    DataIntegrityProof::sign(&document, &secret, options).await.map_err(|error| error.to_string())
}

async fn check(text: &str, proof: &DataIntegrityProof) -> Result<(), String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    proof.verify(&document, &DidKeyResolver, VerifyOptions::new()).await.map_err(|error| error.to_string())
}
