//! Where this copy of the library lies, and so where its script lies.

use std::path::PathBuf;

use crate::SCRIPT;

pub fn script() -> Option<PathBuf> {
    let named = std::env::var_os("FAKE_NVML_SCRIPT").map(PathBuf::from);
    named.or_else(|| Some(library()?.parent()?.join(SCRIPT)))
}

/// Keeps this copy loaded when its last user unloads it: the play goes on where it was.
#[cfg(unix)]
pub fn stay() {
    use std::ffi::{CString, c_char, c_int, c_void};
    use std::os::unix::ffi::OsStrExt;

    const RTLD_NOW: c_int = 2;
    unsafe extern "C" {
        fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    }

    if let Some(path) = library().and_then(|p| CString::new(p.as_os_str().as_bytes()).ok()) {
        // SAFETY: a library that is loaded already, by its own path; the handle is never given back.
        unsafe { dlopen(path.as_ptr(), RTLD_NOW) };
    }
}

#[cfg(not(unix))]
pub fn stay() {}

#[cfg(unix)]
fn library() -> Option<PathBuf> {
    use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
    use std::os::unix::ffi::OsStrExt;

    #[repr(C)]
    struct DlInfo {
        file: *const c_char,
        base: *mut c_void,
        symbol: *const c_char,
        address: *mut c_void,
    }
    unsafe extern "C" {
        fn dladdr(address: *const c_void, info: *mut DlInfo) -> c_int;
    }

    let mut info = DlInfo {
        file: std::ptr::null(),
        base: std::ptr::null_mut(),
        symbol: std::ptr::null(),
        address: std::ptr::null_mut(),
    };
    // SAFETY: `info` outlives the call; on success `file` is a string that the loader owns.
    let file = unsafe {
        if dladdr(script as *const c_void, &mut info) == 0 || info.file.is_null() {
            return None;
        }
        CStr::from_ptr(info.file)
    };
    Some(PathBuf::from(OsStr::from_bytes(file.to_bytes())))
}

#[cfg(not(unix))]
fn library() -> Option<PathBuf> {
    None
}
