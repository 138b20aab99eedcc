//! The served page and its one programming interface: bytes in, verdict out. Nothing is stored, and nothing personal is logged.
//!
//! | route | answer |
//! |---|---|
//! | `GET /` | the page, in the visitor's language; also where the code on paper leads (`https://HOST/#<digits>`) |
//! | `GET /about` | JSON: which authorities this computer has a list of, and the demonstration's certificates |
//! | `POST /credentials/issue`, `/credentials/verify`, `/presentations/verify` | what other people's software speaks: `vc_api` |
//! | `GET /api/openapi.json` | all of this, for programs (OpenAPI 3.1) |
//! | `GET /.well-known/did.json`, `/PATH/did.json` | the DID documents of the institutions whose folders are served |
//! | `/api/desk/…` | what an institution's staff do: [`desk`] |
//! | `POST /api/verify?lang=&country=` | JSON: `{"verdicts": […]}`, from a code's text, a file, an image or a PDF in the body |
//! | `GET /rights`, `/rights/es` … | the information page on rights and services |
//! | `GET /packs/current.json` | all trust packs in one file, for the page |
//! | `GET /healthz` | `ok`, or 503 while an institution's store is full or has failed |
//! | `GET /demo/{number}` | a demonstration certificate to print |
//! | `POST /share` | what another app hands over where the page's worker is not there yet: nothing is kept |
//! | `GET /status/1`, `/status/1/suspension`, `/status/1/message` | an institution's signed status lists, at the addresses they name |
//! | `GET /trust.json`, or `/trust/1.json` … | the trust packs that this computer checks with |
//!
//! Errors are `application/problem+json` (RFC 9457) with a `code` that does not change between versions.

pub mod bare;
pub mod desk;
pub mod door;
mod files;
mod language;
pub mod openapi;
mod pace;
pub mod problem;
pub mod published;
mod rights;
pub mod router;
mod routes;
pub mod tls;
mod vc_api;

pub use files::{Coding, first_load, kept_load, verdict_texts};
pub use published::Shelf;
pub use router::{Demo, Example, Fits, OWN_MACHINE, ServeState, router, router_within};
