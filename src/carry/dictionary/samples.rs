//! Certificates that nobody holds: what a dictionary is trained on and packets are tested with.
//!
//! Not part of the library: `examples/train.rs` and the unit tests include this file by its path. The same seed gives the same
//! certificates. People, bodies and domains are invented, and none of them stands in `tests/vectors/typical.*` or `full.*`.

use base64::Engine as _;
use serde_json::{Value, json};

/// The languages, in the order of a catalogue's texts.
pub const LANGUAGES: [&str; 5] = ["es", "pt", "en", "fr", "ht"];

/// The kinds, as they are signed.
pub const KINDS: [&str; 7] = [
    "ext:Attendance",
    "ext:ModuleCompletion",
    "ext:Competence",
    "ext:Recognition",
    "ext:FromArchive",
    "ext:WorkExperience",
    "ext:Endorsement",
];

/// The contexts of every credential.
const CONTEXTS: [&str; 2] =
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];

/// Issuing bodies by language: name and domain.
const BODIES: [[(&str, &str); 4]; 5] = [
    [
        ("Centro de Capacitación Horizonte", "certificados.horizonte.example"),
        ("Fundación Nuevos Pasos", "cert.nuevospasos.example"),
        ("Instituto Técnico San Martín", "diplomas.itsanmartin.example"),
        ("Escuela Taller Los Andes", "cert.tallerandes.example"),
    ],
    [
        ("Associação Caminhos", "certificados.caminhos.example"),
        ("Centro de Formação Horizonte", "cert.formacaohorizonte.example"),
        ("Instituto Novo Rumo", "diplomas.novorumo.example"),
        ("Escola Técnica Popular", "cert.etp.example"),
    ],
    [
        ("Riverside Skills Centre", "certificates.riverside.example"),
        ("New Steps Foundation", "certs.newsteps.example"),
        ("Hillview Technical College", "awards.hillview.example"),
        ("Open Door Academy", "cert.opendoor.example"),
    ],
    [
        ("Centre de formation Horizon", "certificats.horizon.example"),
        ("Association Nouveaux Pas", "cert.nouveauxpas.example"),
        ("Institut technique du Plateau", "diplomes.plateau.example"),
        ("École des métiers", "attestations.ecolemetiers.example"),
    ],
    [
        ("Sant Fòmasyon Pwofesyonèl Lespwa", "setifika.lespwa.example"),
        ("Fondasyon Nouvo Pa", "cert.nouvopa.example"),
        ("Enstiti Teknik Latibonit", "diplom.latibonit.example"),
        ("Lekòl Metye Solèy", "papye.soley.example"),
    ],
];

const GIVEN: [[&str; 12]; 5] = [
    [
        "Ana Lucía",
        "Carlos Andrés",
        "Carmen Rosa",
        "Diego",
        "Gloria Patricia",
        "Juan Carlos",
        "Luis Alberto",
        "Luz Marina",
        "María Isabel",
        "Rosa Elena",
        "Víctor Hugo",
        "Yolanda",
    ],
    [
        "Ana Paula",
        "Antônio Carlos",
        "Bruno",
        "Cristiane",
        "Francisco",
        "José Carlos",
        "Juliana",
        "Marcos",
        "Maria de Fátima",
        "Paulo Henrique",
        "Sebastião",
        "Vitória",
    ],
    [
        "Ahmed",
        "Amina",
        "Blessing",
        "Daniel",
        "Elizabeth",
        "Fatima",
        "James",
        "Mary",
        "Mohammed",
        "Peter",
        "Ruth",
        "Samuel",
    ],
    [
        "Abdoulaye",
        "Awa",
        "Brigitte",
        "Fatou",
        "Jean-Pierre",
        "Mamadou",
        "Marie-Claire",
        "Moussa",
        "Nadège",
        "Pascal",
        "Thérèse",
        "Yves",
    ],
    [
        "Dieudonné",
        "Emmanuel",
        "Esther",
        "Guerline",
        "Jean Robert",
        "Joseph",
        "Lovely",
        "Marie Ange",
        "Micheline",
        "Nadine",
        "Wilner",
        "Yolette",
    ],
];

const FAMILY: [[&str; 12]; 5] = [
    [
        "Castillo Rojas",
        "Chávez Díaz",
        "García Martínez",
        "Gómez Torres",
        "González Pérez",
        "Hernández López",
        "Mendoza Vargas",
        "Moreno Suárez",
        "Quispe Mamani",
        "Ramírez Gutiérrez",
        "Rodríguez Sánchez",
        "Zambrano Cedeño",
    ],
    [
        "Almeida",
        "Barbosa de Souza",
        "Carvalho",
        "Costa Pereira",
        "da Silva",
        "dos Santos",
        "Ferreira Lima",
        "Machado",
        "Nascimento",
        "Oliveira",
        "Ribeiro Alves",
        "Rodrigues",
    ],
    [
        "Abdi Hassan",
        "Ali",
        "Brown",
        "Hussein",
        "Johnson",
        "Kamau",
        "Mohamed",
        "Mwangi",
        "Okafor",
        "Smith",
        "Tesfaye",
        "Williams",
    ],
    [
        "Bah",
        "Camara",
        "Coulibaly",
        "Diallo",
        "Diop",
        "Dubois",
        "Kabongo",
        "Koné",
        "Ndiaye",
        "Ouédraogo",
        "Sow",
        "Traoré",
    ],
    [
        "Augustin",
        "Baptiste",
        "Charles",
        "Dorvil",
        "Estimé",
        "François",
        "Jean-Louis",
        "Joseph",
        "Louis",
        "Pierre",
        "Saint-Fleur",
        "Toussaint",
    ],
];

const MODALITIES: [&str; 4] = ["in-person", "online", "blended", "workplace"];
const METHODS: [&str; 6] = ["observation", "simulation", "knowledge-test", "portfolio", "interview", "mixed"];
const OUTCOMES: [&str; 6] =
    ["recognised", "alternative", "partial", "conditional", "not-recognised", "assessment-only"];

const PURPOSES: [&str; 5] = ["employment", "further-study", "information", "public-service", "regulated-practice"];
const INSTRUMENTS: [&str; 5] = [
    "Convenio Andrés Bello",
    "Acordo de Residência do Mercosul",
    "Lisbon Recognition Convention",
    "Convention d'Addis-Abeba",
    "Konvansyon Buenos Aires",
];

/// Roles of work experience, and short statements, by language.
const ROLES: [[&str; 3]; 5] = [
    ["Ayudante de cocina", "Operaria de confección", "Auxiliar de bodega"],
    ["Ajudante de cozinha", "Costureira", "Auxiliar de depósito"],
    ["Kitchen assistant", "Sewing machine operator", "Warehouse assistant"],
    ["Aide de cuisine", "Couturière", "Agent d'entrepôt"],
    ["Èd kizin", "Koutiryèz", "Travayè depo"],
];
const STATEMENTS: [&str; 5] = [
    "Conocemos a esta persona y su trabajo.",
    "Conhecemos esta pessoa e o seu trabalho.",
    "We know this person and their work.",
    "Nous connaissons cette personne et son travail.",
    "Nou konnen moun sa a ak travay li.",
];
const ARCHIVES: [&str; 5] = [
    "Libro 4, folio 112, acta 7",
    "Livro 4, folha 112, ata 7",
    "Book 4, page 112, record 7",
    "Registre 4, feuillet 112, acte 7",
    "Liv 4, fèy 112, ak 7",
];

/// Rows that no competence has.
const RARE_ROWS: [(&str, &str); 13] = [
    ("archive", ""),
    ("statement", ""),
    ("outcome", "recognised"),
    ("purpose", "employment"),
    ("instrument", ""),
    ("comparable-title", ""),
    ("comparable-level", ""),
    ("covers", ""),
    ("condition", ""),
    ("reason", ""),
    ("appeal-body", ""),
    ("appeal-deadline", ""),
    ("regulated", "no"),
];

/// Numbers from a seed: SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// One of a list.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// So many bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }
}

/// What a certificate is to be like; the rest is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Position in [`KINDS`].
    pub kind: usize,
    /// Position in [`LANGUAGES`].
    pub language: usize,
    /// Whether the issuer is a did:key; else it names a domain.
    pub key_issuer: bool,
    /// Whether everything optional is there: holder's key, photograph, commitment, alignments, end.
    pub full: bool,
}

/// One certificate as JSON, for an achievement of `catalogue` (the parsed files of `schemas/catalogue/`) that suits its kind.
pub fn certificate(random: &mut Random, catalogue: &[Value], wish: Wish) -> Value {
    let kind = KINDS[wish.kind];
    let wanted = if kind == "ext:Competence" { "competence" } else { "module-completion" };
    let suitable: Vec<&Value> = catalogue.iter().filter(|entry| entry["kind"] == wanted).collect();
    let entry = *random.of(&suitable);
    let (body, domain) = *random.of(&BODIES[wish.language]);
    let (issuer, method) = if wish.key_issuer {
        let key = multikey(random);
        (format!("did:key:{key}"), format!("did:key:{key}#{key}"))
    } else {
        (format!("did:web:{domain}"), format!("did:web:{domain}#key-1"))
    };
    let awarded = day(random, 2026);
    let list = format!("https://{domain}/status/{}", 1 + random.below(2));
    let index = (1 + random.below(131_071)).to_string();
    let mut document = json!({
        "@context": CONTEXTS,
        "id": format!("urn:uuid:{}", uuid(random)),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "name": body, "type": ["Profile"]},
        "awardedDate": format!("{awarded}T00:00:00Z"),
        "validFrom": format!("{awarded}T00:00:00Z"),
        "credentialStatus": {
            "id": format!("{list}#{index}"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": index,
            "statusListCredential": list,
        },
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": identifiers(random, wish),
            "achievement": achievement(entry, kind, wish),
        },
        "proof": [{
            "@context": CONTEXTS,
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": format!("{}T{:02}:{:02}:{:02}Z", day(random, 2026), random.below(24), random.below(60), random.below(60)),
            "verificationMethod": method,
            "proofPurpose": "assertionMethod",
            "proofValue": format!("z{}", bs58::encode(random.bytes::<64>()).into_string()),
        }],
    });
    let results = results(random, entry, kind, wish.language);
    if results != json!([]) {
        document["credentialSubject"]["result"] = results;
    }
    if wish.full {
        document["validUntil"] = format!("{}T23:59:59Z", day(random, 2029)).into();
        document["credentialSubject"]["id"] = format!("did:key:{}", multikey(random)).into();
    }
    if kind == "ext:WorkExperience" {
        document["credentialSubject"]["role"] = (*random.of(&ROLES[wish.language])).into();
        document["credentialSubject"]["activityStartDate"] = format!("{}T00:00:00Z", day(random, 2021)).into();
        document["credentialSubject"]["activityEndDate"] = format!("{}T23:59:59Z", day(random, 2024)).into();
    }
    if matches!(kind, "ext:Recognition" | "ext:Endorsement") {
        document["relatedResource"] =
            json!([{"id": format!("urn:uuid:{}", uuid(random)), "digestMultibase": digest(random)}]);
    }
    document
}

/// Not a certificate anybody would issue: a full competence with the parts of every other kind, each in its place and once.
pub fn everything(random: &mut Random, catalogue: &[Value], language: usize) -> Value {
    let wish = Wish { kind: 2, language, key_issuer: true, full: true };
    let mut document = certificate(random, catalogue, wish);
    let subject = &mut document["credentialSubject"];
    if let Some(rows) = subject["result"].as_array_mut() {
        // Two units and the method; more units look alike.
        rows.drain(..rows.len().saturating_sub(3));
        rows.extend(RARE_ROWS.map(|(what, value)| row(what, value)));
    }
    subject["role"] = "".into();
    subject["activityStartDate"] = format!("{}T00:00:00Z", day(random, 2021)).into();
    subject["activityEndDate"] = format!("{}T23:59:59Z", day(random, 2024)).into();
    document["relatedResource"] =
        json!([{"id": format!("urn:uuid:{}", uuid(random)), "digestMultibase": digest(random)}]);
    document
}

fn row(what: &str, value: &str) -> Value {
    json!({"type": ["Result"], "resultDescription": format!("urn:skillpass:result:{what}"), "value": value})
}

fn identifiers(random: &mut Random, wish: Wish) -> Value {
    let name = format!("{} {}", random.of(&GIVEN[wish.language]), random.of(&FAMILY[wish.language]));
    let plain = |value: String, kind: &str| json!({"type": "IdentityObject", "hashed": false, "identityHash": value, "identityType": kind});
    let hashed = |value: String, kind: &str| json!({"type": "IdentityObject", "hashed": true, "identityHash": value, "identityType": kind});
    let mut list = vec![plain(name, "name"), plain((1950 + random.below(58)).to_string(), "ext:birthYear")];
    if wish.full {
        list.push(hashed(digest(random), "ext:photo"));
        list.push(hashed(digest(random), "ext:idCommitment"));
    }
    list.into()
}

fn achievement(entry: &Value, kind: &str, wish: Wish) -> Value {
    let language = LANGUAGES[wish.language];
    let mut achievement = json!({
        "id": entry["id"],
        "type": ["Achievement"],
        "achievementType": kind,
        "name": entry["name"][language],
        "description": entry["description"][language],
        "criteria": {"narrative": entry["criteria"][language]},
        "humanCode": entry["code"],
        "version": entry["version"],
        "inLanguage": language,
    });
    let alignments = alignments(entry, if wish.full { usize::MAX } else { 0 });
    if !alignments.is_empty() {
        achievement["alignment"] = alignments.into();
    }
    if kind == "ext:Competence" {
        let standard = &entry["standard"];
        achievement["otherIdentifier"] = json!([
            {"type": "IdentifierEntry", "identifier": format!("{} {}", word(&standard["framework"]), word(&standard["code"])),
             "identifierType": "ext:standard"},
            {"type": "IdentifierEntry", "identifier": standard["version"], "identifierType": "ext:standardVersion"},
        ]);
    }
    achievement
}

/// The first alignment to each framework, `most` at most.
fn alignments(entry: &Value, most: usize) -> Vec<Value> {
    let mut list: Vec<Value> = Vec::new();
    for alignment in entry["alignments"].as_array().into_iter().flatten() {
        if list.len() < most && list.iter().all(|taken| taken["targetFramework"] != alignment["framework"]) {
            list.push(json!({
                "type": ["Alignment"],
                "targetName": alignment["name"],
                "targetUrl": alignment["url"],
                "targetFramework": alignment["framework"],
                "targetCode": alignment["code"],
            }));
        }
    }
    list
}

fn results(random: &mut Random, entry: &Value, kind: &str, language: usize) -> Value {
    let mut list: Vec<(&str, String)> = Vec::new();
    match kind {
        "ext:Attendance" | "ext:ModuleCompletion" => {
            list.push(("hours", entry["hours"].to_string()));
            list.push(("modality", random.of(&MODALITIES).to_string()));
        }
        "ext:Competence" => {
            for unit in entry["units"].as_array().into_iter().flatten() {
                list.push(("unit", format!("{} {}", word(&unit["code"]), word(&unit["name"][LANGUAGES[language]]))));
            }
            list.push(("method", random.of(&METHODS).to_string()));
        }
        "ext:Endorsement" => list.push(("statement", STATEMENTS[language].to_owned())),
        "ext:FromArchive" => list.push(("archive", ARCHIVES[language].to_owned())),
        "ext:Recognition" => {
            list.push(("outcome", random.of(&OUTCOMES).to_string()));
            list.push(("purpose", random.of(&PURPOSES).to_string()));
            list.push(("instrument", INSTRUMENTS[language].to_owned()));
            for what in ["covers", "condition", "reason"] {
                list.push((what, STATEMENTS[language].to_owned()));
            }
            list.push(("regulated", random.of(&["yes", "no"]).to_string()));
        }
        _ => {}
    }
    list.iter().map(|(what, value)| row(what, value)).collect()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn day(random: &mut Random, year: usize) -> String {
    format!("{year}-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28))
}

fn uuid(random: &mut Random) -> String {
    let mut bytes: [u8; 16] = random.bytes();
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn multikey(random: &mut Random) -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(&random.bytes()).verifying_key();
    format!("z{}", bs58::encode([&[0xED, 0x01][..], key.as_bytes()].concat()).into_string())
}

fn digest(random: &mut Random) -> String {
    let bytes = [&[0x12, 0x20][..], &random.bytes::<32>()].concat();
    format!("u{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}
