//! Files with gzip, Zstandard or bzip2 around them.

#[cfg(feature = "packed")]
use std::io;
use std::io::Read;

use crate::error::{Error, ErrorKind, Result};

/// So many bytes tell what a file is packed with.
pub(super) const MAGIC_BYTES: usize = 4;

/// A packed file may unpack to so many bytes, or to so many times its size: what
/// is beyond both is no table.
const UNPACKED_MAX: u64 = 512 << 20;
pub(super) const RATIO_MAX: u64 = 400;

/// What is around the bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstandard,
    Bzip2,
}

impl Packing {
    /// What a file is packed with, by its first bytes.
    pub(super) fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstandard),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            _ => None,
        }
    }

    /// What was packed, all members of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if it is broken from its start on.
    #[cfg(feature = "packed")]
    pub(super) fn unpack(self, name: &str, stream: Box<dyn Read>) -> Result<Box<dyn Read>> {
        let stream = io::BufReader::with_capacity(super::PIECE_BYTES, stream);
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name).because(it);
        Ok(match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(stream)),
            Self::Zstandard => Box::new(zstd::Decoder::with_buffer(stream).map_err(unreadable)?),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(stream)),
        })
    }

    /// Why it is not unpacked by this build.
    #[cfg(not(feature = "packed"))]
    pub(super) fn unpack(self, name: &str, _stream: Box<dyn Read>) -> Result<Box<dyn Read>> {
        let packer = match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "Zstandard",
            Self::Bzip2 => "bzip2",
        };
        Err(Error::new(ErrorKind::Unreadable, format!("this build cannot read files packed with {packer}"))
            .in_file(name)
            .hint("unpack the file first, or build crossfoot with the feature packed"))
    }
}

/// Whether so many bytes are more than a packed file of a size can hold.
pub(super) fn is_too_large(unpacked: u64, packed: u64) -> bool {
    unpacked > UNPACKED_MAX && unpacked / packed.max(1) > RATIO_MAX
}
