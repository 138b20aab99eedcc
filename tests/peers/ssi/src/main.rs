//! The `ssi` crate as judge and as issuer. One JSON object a line.
//!
//! `verify RESOURCES FILE…`, `issue CONTEXTS FOLDER FILE…`, `time ROUNDS CONTEXTS FILE…`. The maps are of address to
//! file, as `skillpass verify --resources` takes them; nothing is fetched.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};
use ssi::claims::SignatureEnvironment;
use ssi::dids::resolution::{Error, Options, Output};
use ssi::dids::{DID, DIDKey, DIDResolver, StaticDIDResolver};
use ssi::json_ld::ContextLoader;
use ssi::prelude::*;
use ssi::verification_methods::SingleSecretSigner;

/// A key known to all.
const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;

/// did:key from itself, others from the map.
#[derive(Clone)]
struct Dids(StaticDIDResolver);

impl DIDResolver for Dids {
    async fn resolve_representation<'a>(&'a self, did: &'a DID, options: Options) -> Result<Output<Vec<u8>>, Error> {
        match did.method_name() {
            "key" => DIDKey.resolve_representation(did, options).await,
            _ => self.0.resolve_representation(did, options).await,
        }
    }
}

struct World {
    contexts: HashMap<String, String>,
    dids: Dids,
}

impl World {
    fn read(map: &str) -> Self {
        let folder = Path::new(map).parent().expect("a folder");
        let files: HashMap<String, String> = serde_json::from_str(&read(map)).expect("a map");
        let (mut contexts, mut dids) = (HashMap::new(), StaticDIDResolver::new());
        for (url, file) in files {
            let text = read(folder.join(file));
            let document: Value = serde_json::from_str(&text).expect("JSON");
            if document.get("verificationMethod").is_some() {
                let did = document["id"].as_str().expect("an id").parse().expect("a DID");
                dids.insert(did, Output::from_content(text.into(), Some("application/did+json".to_owned())));
            } else if url.contains(':') {
                contexts.insert(url, text);
            }
        }
        Self { contexts, dids: Dids(dids) }
    }

    fn loader(&self) -> ContextLoader {
        ContextLoader::default().with_context_map_from(self.contexts.clone()).expect("contexts")
    }
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

type Secured = AnyDataIntegrity<AnyJsonCredential>;

async fn judge(text: &str, world: &World, loader: &ContextLoader) -> Result<(), String> {
    let credential: Secured = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let resolver = world.dids.clone().into_vm_resolver::<AnyMethod>();
    let parameters = VerificationParameters::from_resolver(resolver).with_json_ld_loader(loader);
    match credential.verify(parameters).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(invalid)) => Err(invalid.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

async fn sign(text: &str, world: &World, loader: &ContextLoader) -> Result<Secured, String> {
    let key: JWK = serde_json::from_str(KEY).expect("a key");
    let did = DIDKey::generate(&key).map_err(|error| error.to_string())?;
    let mut credential: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    credential["issuer"]["id"] = did.to_string().into();
    let credential: AnyJsonCredential = serde_json::from_value(credential).map_err(|error| error.to_string())?;
    let method = format!("{did}#{}", did.to_string().trim_start_matches("did:key:"));
    let method = serde_json::from_value(method.into()).expect("the address of a method");
    let options = ProofOptions::from_method_and_options(method, Default::default());
    let environment = SignatureEnvironment { json_ld_loader: loader, eip712_loader: () };
    let resolver = world.dids.clone().into_vm_resolver::<AnyMethod>();
    let signer = SingleSecretSigner::new(key).into_local();
    let suite = AnySuite::EdDsaRdfc2022;
    suite
        .sign_with(environment, credential, resolver, signer, options, Default::default())
        .await
        .map_err(|error| error.to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["verify", map, ref files @ ..] => {
            let world = World::read(map);
            for file in files {
                say(file, judge(&read(file), &world, &world.loader()).await);
            }
        }
        ["issue", map, folder, ref files @ ..] => {
            let world = World::read(map);
            std::fs::create_dir_all(folder).expect("a folder");
            for file in files {
                let to: PathBuf = Path::new(folder).join(Path::new(file).file_name().expect("a name"));
                let signed = sign(&read(file), &world, &world.loader()).await;
                let written = signed.map(|signed| {
                    std::fs::write(&to, serde_json::to_string_pretty(&signed).expect("JSON")).expect("a file");
                });
                say(&to.to_string_lossy(), written);
            }
        }
        ["time", rounds, map, ref files @ ..] => {
            let world = World::read(map);
            time(rounds.parse().expect("a number"), &world, files).await;
        }
        _ => panic!("verify RESOURCES FILE…, issue CONTEXTS FOLDER FILE… or time ROUNDS CONTEXTS FILE…"),
    }
}

fn say(file: &str, answer: Result<(), String>) {
    println!("{}", json!({"file": file, "accepted": answer.is_ok(), "reason": answer.err().unwrap_or_default()}));
}

/// Microseconds, with the contexts read before.
async fn time(rounds: u32, world: &World, files: &[&str]) {
    let loader = world.loader();
    let mut times = json!({});
    for file in files {
        let mut unsigned: Value = serde_json::from_str(&read(file)).expect("JSON");
        unsigned.as_object_mut().expect("an object").remove("proof");
        let unsigned = unsigned.to_string();
        let signed = serde_json::to_string(&sign(&unsigned, world, &loader).await.expect("signs")).expect("JSON");
        judge(&signed, world, &loader).await.expect("holds");
        let start = Instant::now();
        for _ in 0..rounds {
            sign(&unsigned, world, &loader).await.expect("signs");
        }
        let signing = start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
        let start = Instant::now();
        for _ in 0..rounds {
            judge(&signed, world, &loader).await.expect("holds");
        }
        let verifying = start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
        let name = Path::new(file).file_stem().expect("a name").to_string_lossy();
        times[format!("{name} rdfc")] = json!({"sign": signing, "verify": verifying});
    }
    println!("{times}");
}
