//! Files that are read whole, and files that are there whole or not at all.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use allcores_parallel::{Cancelled, Token};

/// Bytes that are read or written between two questions to the token: about a millisecond.
const BLOCK: usize = 1 << 20;

/// Why a file could not be read or written.
#[derive(Debug)]
pub enum FileError {
    /// The system refused a call.
    System {
        /// The call: `open`, `read`, `write`, `rename`.
        call: &'static str,
        /// What it said.
        error: io::Error,
    },
    /// The call was stopped by its token.
    Cancelled,
}

impl FileError {
    fn of(call: &'static str) -> impl Fn(io::Error) -> Self {
        move |error| FileError::System { call, error }
    }

    /// POSIX's name for the reason, such as `ENOENT`; `EIO` for what has no common one.
    #[must_use]
    pub fn code(&self) -> &'static str {
        let FileError::System { error, .. } = self else { return "ECANCELED" };
        match error.kind() {
            ErrorKind::NotFound => "ENOENT",
            ErrorKind::PermissionDenied => "EACCES",
            ErrorKind::AlreadyExists => "EEXIST",
            ErrorKind::StorageFull => "ENOSPC",
            ErrorKind::QuotaExceeded => "EDQUOT",
            ErrorKind::FileTooLarge => "EFBIG",
            ErrorKind::IsADirectory => "EISDIR",
            ErrorKind::NotADirectory => "ENOTDIR",
            ErrorKind::ReadOnlyFilesystem => "EROFS",
            ErrorKind::InvalidFilename => "ENAMETOOLONG",
            ErrorKind::InvalidInput => "EINVAL",
            ErrorKind::OutOfMemory => "ENOMEM",
            _ => "EIO",
        }
    }
}

impl From<Cancelled> for FileError {
    fn from(_: Cancelled) -> Self {
        FileError::Cancelled
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::System { call, error } => write!(f, "{}: {error}, {call}", self.code()),
            FileError::Cancelled => Cancelled.fmt(f),
        }
    }
}

impl std::error::Error for FileError {}

/// The bytes of a file.
///
/// # Errors
/// [`FileError::System`], also for a folder; [`FileError::Cancelled`].
pub fn read_whole(token: &Token, path: &Path) -> Result<Vec<u8>, FileError> {
    read_up_to(token, path, usize::MAX).map(|(bytes, _)| bytes)
}

/// The first bytes of a file, at most `limit`, and the size of the whole.
///
/// # Errors
/// As [`read_whole`].
pub fn read_head(token: &Token, path: &Path, limit: usize) -> Result<(Vec<u8>, u64), FileError> {
    read_up_to(token, path, limit)
}

fn read_up_to(token: &Token, path: &Path, limit: usize) -> Result<(Vec<u8>, u64), FileError> {
    let mut file = File::open(path).map_err(FileError::of("open"))?;
    let size = file.metadata().map_err(FileError::of("fstat"))?.len();
    let expected = usize::try_from(size).unwrap_or(usize::MAX).min(limit);
    let mut bytes = Vec::new();
    // One byte more: the end of the file is seen without the vector growing.
    bytes
        .try_reserve_exact(expected.saturating_add(1))
        .map_err(|_| FileError::of("read")(ErrorKind::OutOfMemory.into()))?;
    while bytes.len() < limit {
        token.begin_block()?;
        let wanted = BLOCK.min(limit - bytes.len()) as u64;
        let read =
            (&mut file).take(wanted).read_to_end(&mut bytes).map_err(FileError::of("read"))?;
        if read == 0 {
            break;
        }
    }
    Ok((bytes, size))
}

/// Finds out whether a name is free, before work is done for it. (Who writes the file asks again.)
///
/// # Errors
/// [`FileError::System`] with `AlreadyExists` when there is a file.
pub fn check_free(path: &Path) -> Result<(), FileError> {
    match path.symlink_metadata() {
        Ok(_) => Err(FileError::of("open")(ErrorKind::AlreadyExists.into())),
        Err(_) => Ok(()),
    }
}

/// Writes a file of which nobody ever sees a part: under a temporary name in the same folder, which is then
/// renamed. Whatever ends the call early removes it; only a process that is killed leaves one behind.
///
/// The temporary name is the file's with a dot before it and `tag`, a number and `.tmp` behind it.
/// Without `overwrite` a file that is there is kept, also one that appeared meanwhile.
///
/// # Errors
/// [`FileError::System`], with `AlreadyExists` for a file that was kept; [`FileError::Cancelled`].
pub fn write_whole(
    token: &Token,
    path: &Path,
    bytes: &[u8],
    overwrite: bool,
    tag: &str,
) -> Result<(), FileError> {
    let temporary = Temporary::beside(path, tag)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&temporary.0)
        .map_err(FileError::of("open"))?;
    for block in bytes.chunks(BLOCK) {
        token.begin_block()?;
        file.write_all(block).map_err(FileError::of("write"))?;
    }
    drop(file);
    token.begin_block()?;
    if overwrite {
        fs::rename(&temporary.0, path).map_err(FileError::of("rename"))?;
        std::mem::forget(temporary); // the name is gone
        return Ok(());
    }
    // A rename replaces; a second name for one file does not, and some file systems have none.
    match fs::hard_link(&temporary.0, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(FileError::of("link")(error)),
        Err(_) if path.symlink_metadata().is_ok() => {
            Err(FileError::of("rename")(ErrorKind::AlreadyExists.into()))
        }
        Err(_) => {
            fs::rename(&temporary.0, path).map_err(FileError::of("rename"))?;
            std::mem::forget(temporary);
            Ok(())
        }
    }
}

/// A name that is removed when it goes out of use.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(path: &Path, tag: &str) -> Result<Self, FileError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let Some(name) = path.file_name() else {
            return Err(FileError::of("open")(ErrorKind::IsADirectory.into()));
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{tag}-{}.tmp", NUMBER.fetch_add(1, Ordering::Relaxed)));
        Ok(Temporary(path.with_file_name(hidden)))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be removed was never made, or is somebody else's affair by now.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, FileError, check_free, read_head, read_whole, write_whole};
    use allcores_parallel::Token;
    use std::fs;
    use std::path::PathBuf;

    /// A folder of this test, which goes with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("allcores-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<_> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn code(result: Result<impl Sized, FileError>) -> &'static str {
        result.err().map_or("none", |error| error.code())
    }

    #[test]
    fn a_file_is_read_whole_or_its_beginning_with_the_size_of_all() {
        let folder = Folder::new("read");
        let path = folder.0.join("file");
        for len in [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 5] {
            let bytes: Vec<u8> = (0..len).map(|i| (i / 7) as u8).collect();
            fs::write(&path, &bytes).unwrap();
            assert!(read_whole(&Token::new(), &path).unwrap() == bytes, "{len}");
            let (head, size) = read_head(&Token::new(), &path, 1000).unwrap();
            assert!(head == bytes[..len.min(1000)] && size == len as u64, "{len}");
        }
        let stopped = Token::new();
        stopped.cancel();
        assert!(matches!(read_whole(&stopped, &path), Err(FileError::Cancelled)));
        assert_eq!(code(read_whole(&Token::new(), &folder.0.join("none"))), "ENOENT");
        assert_eq!(code(read_whole(&Token::new(), &folder.0)), "EISDIR");
    }

    #[test]
    fn a_file_is_written_whole_and_nothing_else_is_left() {
        let folder = Folder::new("write");
        let (path, token) = (folder.0.join("a.jpg"), Token::new());
        write_whole(&token, &path, b"first", false, "tag").unwrap();
        assert_eq!(code(write_whole(&token, &path, b"second", false, "tag")), "EEXIST");
        assert_eq!(code(check_free(&path)), "EEXIST");
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write_whole(&token, &path, &[7; 2 * BLOCK + 3], true, "tag").unwrap();
        assert_eq!(fs::read(&path).unwrap().len(), 2 * BLOCK + 3);
        let stopped = Token::new();
        stopped.cancel();
        let other = folder.0.join("b.jpg");
        assert!(matches!(
            write_whole(&stopped, &other, b"x", true, "tag"),
            Err(FileError::Cancelled)
        ));
        assert_eq!(
            code(write_whole(&token, &folder.0.join("no/c.jpg"), b"x", true, "tag")),
            "ENOENT"
        );
        assert!(check_free(&other).is_ok());
        assert_eq!(folder.names(), ["a.jpg"]);
    }
}
