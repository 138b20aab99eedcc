//! The doors through which a page calls the kernel: addresses and lengths as numbers, and nothing imported. The attribute that names a door
//! is all that is unsafe here; the page writes a question where `reserve` says, and reads the answer where `answer` says.

use std::cell::RefCell;

use skillpass::wasm::{Kept, suites};

struct Module {
    kept: Kept,
    question: Vec<u8>,
    answer: Vec<u8>,
}

thread_local! {
    static MODULE: RefCell<Module> =
        RefCell::new(Module { kept: Kept::with(suites()), question: Vec::new(), answer: Vec::new() });
}

/// Makes room for a question of this length, and says where it stands.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> usize {
    MODULE.with_borrow_mut(|module| {
        module.answer = Vec::new();
        module.question = vec![0; length];
        module.question.as_ptr() as usize
    })
}

/// Answers the question that stands there, and says where the answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    MODULE.with_borrow_mut(|module| {
        let question = std::mem::take(&mut module.question);
        module.answer = module.kept.answer(&question);
        module.answer.as_ptr() as usize
    })
}

/// The length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn length() -> usize {
    MODULE.with_borrow(|module| module.answer.len())
}
