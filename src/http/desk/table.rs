//! Every call of the desk, and who may make it: the router, the OpenAPI document and the tests of who is let in where are made from this.

use std::sync::LazyLock;

use axum::http::Method;

use super::super::problem::Problem;
use super::call::{Call, Visit};
use super::said::Said;
use super::{
    awards, batches, certificates, custody, deliveries, imports, keys, log, members, paper, prior, rebindings,
    reprints, retention, safe_copy, session, standing, statistics, uploads,
};
use crate::store::staff::Role;

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever comes.
    Anybody,
    /// Whoever is signed in.
    Member,
    /// Whoever is signed in and has one of these roles.
    Roles(&'static [Role]),
}

/// What does the work of a call.
#[derive(Clone, Copy)]
pub(super) enum Work {
    /// It holds the institution's register, and so waits for a turn at it before it has a place at work.
    Alone(fn(&Call<'_>) -> Result<Said, Problem>),
    Call(fn(&Call<'_>) -> Result<Said, Problem>),
    Visit(fn(&Visit, &[u8]) -> Result<Said, Problem>),
}

/// One call.
pub struct DeskRoute {
    /// How it is asked.
    pub method: Method,
    /// Its template.
    pub path: &'static str,
    /// Its name in the OpenAPI document.
    pub id: &'static str,
    /// Who may make it.
    pub who: Who,
    pub(super) work: Work,
}

impl std::fmt::Debug for DeskRoute {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {} {:?}", self.method, self.path, self.who)
    }
}

const ADMINISTRATOR: Who = Who::Roles(&[Role::Administrator]);
const CLERK: Who = Who::Roles(&[Role::Clerk]);
const SIGNATORY: Who = Who::Roles(&[Role::Signatory]);
const DESK: Who = Who::Roles(&[Role::Clerk, Role::Signatory]);
const JUDGES: Who = Who::Roles(&[Role::Assessor, Role::Clerk, Role::Signatory]);
const CHIEFS: Who = Who::Roles(&[Role::Administrator, Role::Signatory]);
const READERS: Who = Who::Roles(&[Role::Auditor, Role::Clerk, Role::Signatory]);
const OFFICE: Who = Who::Roles(&[Role::Administrator, Role::Auditor, Role::Clerk, Role::Signatory]);

/// Every call, in the order of addresses.
#[must_use]
pub fn all() -> &'static [DeskRoute] {
    static ALL: LazyLock<Vec<DeskRoute>> = LazyLock::new(table);
    &ALL
}

fn table() -> Vec<DeskRoute> {
    use Work::{Alone as A, Call as C, Visit as V};
    let route = |method, path, id, who, work| DeskRoute { method, path, id, who, work };
    let get = |path, id, who, work| route(Method::GET, path, id, who, work);
    let post = |path, id, who, work| route(Method::POST, path, id, who, work);
    let put = |path, id, who, work| route(Method::PUT, path, id, who, work);
    let delete = |path, id, who, work| route(Method::DELETE, path, id, who, work);
    vec![
        get("/api/desk/achievements", "deskAchievements", Who::Member, C(awards::achievements)),
        get("/api/desk/achievements/{code}/sheet", "deskSheet", CLERK, C(awards::sheet)),
        get("/api/desk/awards", "deskAwards", OFFICE, C(awards::list)),
        post("/api/desk/awards/erase", "deskEraseAwards", ADMINISTRATOR, C(awards::erase)),
        post("/api/desk/awards/leave", "deskLeaveAwards", CLERK, C(awards::leave)),
        post("/api/desk/awards/search", "deskSearchAwards", OFFICE, C(awards::search)),
        post("/api/desk/awards/take", "deskTakeAwards", CLERK, C(awards::take)),
        get("/api/desk/awards/{id}", "deskAward", OFFICE, C(awards::one)),
        put("/api/desk/awards/{id}", "deskCorrectAward", CLERK, A(awards::correct)),
        get("/api/desk/awards/{id}/export", "deskExportAward", ADMINISTRATOR, C(awards::export)),
        get("/api/desk/backup", "deskBackup", ADMINISTRATOR, C(safe_copy::state)),
        post("/api/desk/backup", "deskMakeBackup", ADMINISTRATOR, C(safe_copy::begin)),
        get("/api/desk/backup/{id}", "deskBackupFile", ADMINISTRATOR, C(safe_copy::file)),
        get("/api/desk/batches", "deskBatches", READERS, C(batches::list)),
        post("/api/desk/batches", "deskProposeBatch", CLERK, C(batches::propose)),
        get("/api/desk/batches/{id}", "deskBatch", READERS, C(batches::one)),
        get("/api/desk/batches/{id}/delegation", "deskDelegation", READERS, C(rebindings::file)),
        post("/api/desk/batches/{id}/release", "deskReleaseBatch", SIGNATORY, C(batches::release)),
        post("/api/desk/batches/{id}/resume", "deskResumeBatch", SIGNATORY, C(batches::resume)),
        post("/api/desk/batches/{id}/return", "deskReturnBatch", DESK, C(batches::give_back)),
        post("/api/desk/certificates/erase", "deskEraseCertificate", ADMINISTRATOR, A(certificates::erase)),
        post("/api/desk/certificates/resume", "deskResumeCertificates", SIGNATORY, C(certificates::resume)),
        post("/api/desk/certificates/revoke", "deskRevokeCertificates", SIGNATORY, C(certificates::revoke)),
        post("/api/desk/certificates/suspend", "deskSuspendCertificates", SIGNATORY, C(certificates::suspend)),
        get("/api/desk/certificates/{serial}", "deskCertificate", OFFICE, C(certificates::one)),
        post("/api/desk/certificates/{serial}/delivery", "deskOfferCertificate", DESK, A(deliveries::offer)),
        get("/api/desk/certificates/{serial}/export", "deskExportCertificate", ADMINISTRATOR, C(certificates::export)),
        get("/api/desk/certificates/{serial}/file", "deskCertificateFile", READERS, C(certificates::file)),
        get("/api/desk/certificates/{serial}/paper", "deskCertificatePaper", READERS, C(paper::one)),
        get("/api/desk/custody", "deskCustody", CHIEFS, C(custody::state)),
        post("/api/desk/custody/confirm", "deskConfirmCopy", ADMINISTRATOR, C(custody::confirm)),
        post("/api/desk/custody/retire", "deskRetire", ADMINISTRATOR, C(custody::retire)),
        post("/api/desk/custody/successor", "deskPublishAsSuccessor", SIGNATORY, C(custody::publish_as_successor)),
        post("/api/desk/delivery", "deskFetchCertificate", Who::Anybody, V(deliveries::fetch)),
        post("/api/desk/imports", "deskImport", CLERK, A(imports::import)),
        get("/api/desk/institutions", "deskInstitutions", Who::Anybody, V(session::institutions)),
        post("/api/desk/invitation", "deskAcceptInvitation", Who::Anybody, V(session::accept)),
        get("/api/desk/keys", "deskKeys", CHIEFS, C(keys::keys)),
        get("/api/desk/keys/hand-in", "deskHandIn", CHIEFS, C(keys::hand_in)),
        get("/api/desk/keys/leak", "deskLeakReach", CHIEFS, C(keys::reach)),
        post("/api/desk/keys/leak", "deskRevokeUnder", CHIEFS, C(keys::revoke_under)),
        post("/api/desk/keys/passphrase", "deskChangePassphrase", ADMINISTRATOR, C(keys::change_passphrase)),
        post("/api/desk/keys/rotate", "deskRotateKey", ADMINISTRATOR, C(keys::rotate)),
        get(
            "/api/desk/log",
            "deskLog",
            Who::Roles(&[Role::Administrator, Role::Auditor, Role::Signatory]),
            C(log::log),
        ),
        get(
            "/api/desk/members",
            "deskMembers",
            Who::Roles(&[Role::Administrator, Role::Auditor, Role::Signatory]),
            C(members::list),
        ),
        post("/api/desk/members", "deskAddMember", ADMINISTRATOR, C(members::add)),
        put("/api/desk/members/{id}", "deskChangeMember", ADMINISTRATOR, C(members::change)),
        post("/api/desk/members/{id}/invitation", "deskInviteMember", ADMINISTRATOR, C(members::invite)),
        post("/api/desk/members/{id}/confirm", "deskConfirmSignatory", SIGNATORY, C(members::confirm)),
        post("/api/desk/members/{id}/refuse", "deskRefuseSignatory", SIGNATORY, C(members::refuse)),
        post("/api/desk/paper", "deskOrderPaper", DESK, C(paper::order)),
        get("/api/desk/paper/{id}", "deskPaper", DESK, C(paper::state)),
        delete("/api/desk/paper/{id}", "deskForgetPaper", DESK, C(paper::forget)),
        get("/api/desk/paper/{id}/{number}", "deskPaperFile", DESK, C(paper::file)),
        post("/api/desk/rebindings", "deskProposeRebinding", DESK, C(rebindings::propose)),
        get("/api/desk/prior", "deskCases", Who::Member, C(prior::list)),
        post("/api/desk/prior", "deskOpenCase", CLERK, C(prior::open)),
        post("/api/desk/prior/search", "deskSearchCases", Who::Member, C(prior::search)),
        get("/api/desk/prior/{id}", "deskCase", Who::Member, C(prior::one)),
        get("/api/desk/prior/{id}/export", "deskExportCase", ADMINISTRATOR, C(prior::export)),
        post("/api/desk/prior/{id}/steps", "deskMoveCase", JUDGES, A(prior::step)),
        post("/api/desk/reprints", "deskPrintAgain", DESK, C(reprints::print)),
        get("/api/desk/retention", "deskRetention", ADMINISTRATOR, C(retention::rule)),
        put("/api/desk/retention", "deskSettleRetention", ADMINISTRATOR, A(retention::settle)),
        get("/api/desk/session", "deskSession", Who::Member, C(session::who)),
        post("/api/desk/session", "deskSignIn", Who::Anybody, V(session::sign_in)),
        delete("/api/desk/session", "deskSignOut", Who::Member, V(session::sign_out)),
        post("/api/desk/session/password", "deskChangePassword", Who::Member, C(session::change_password)),
        get("/api/desk/standing", "deskStanding", OFFICE, C(standing::list)),
        post("/api/desk/standing", "deskProposeStanding", DESK, C(standing::propose)),
        post("/api/desk/standing/{id}/approve", "deskApproveStanding", SIGNATORY, C(standing::approve)),
        post("/api/desk/standing/{id}/end", "deskEndStanding", CHIEFS, C(standing::end)),
        get("/api/desk/stationery", "deskStationery", Who::Member, C(paper::stationery)),
        put("/api/desk/stationery", "deskSettleStationery", ADMINISTRATOR, C(paper::settle)),
        get("/api/desk/stationery/logo", "deskLogo", Who::Member, C(paper::logo)),
        put("/api/desk/stationery/logo", "deskPutLogo", ADMINISTRATOR, C(paper::put_logo)),
        delete("/api/desk/stationery/logo", "deskTakeLogo", ADMINISTRATOR, C(paper::take_logo)),
        get("/api/desk/statistics", "deskStatistics", OFFICE, C(statistics::statistics)),
        get("/api/desk/statistics.csv", "deskStatisticsFile", OFFICE, C(statistics::csv)),
        get("/api/desk/tokens", "deskTokens", OFFICE, C(standing::tokens)),
        post("/api/desk/tokens", "deskMakeToken", ADMINISTRATOR, A(standing::make_token)),
        delete("/api/desk/tokens/{prefix}", "deskEndToken", ADMINISTRATOR, A(standing::end_token)),
        post("/api/desk/uploads", "deskBeginUpload", CLERK, C(uploads::begin)),
        put("/api/desk/uploads/{id}", "deskAddToUpload", CLERK, C(uploads::add)),
        delete("/api/desk/uploads/{id}", "deskEndUpload", CLERK, C(uploads::end)),
    ]
}
