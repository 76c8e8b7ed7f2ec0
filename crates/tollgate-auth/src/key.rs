//! A key, and all that is kept of it.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};

use crate::KeyErrorKind;

pub(crate) const SHORTEST_KEY: usize = 16;
pub(crate) const LONGEST_KEY: usize = 1024;

/// The SHA-256 digest of a key: all that is kept of it. Not `Debug`, lest a weak key be guessed
/// from a log.
#[derive(Clone, Copy)]
pub(crate) struct KeyDigest([u8; 32]);

impl KeyDigest {
    pub(crate) fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// The digest of a key that may be accepted, or what is wrong with it.
    pub(crate) fn of_acceptable(key: &[u8]) -> Result<Self, KeyErrorKind> {
        if !key.iter().copied().all(is_key_byte) {
            Err(KeyErrorKind::InvalidCharacter)
        } else if key.len() < SHORTEST_KEY {
            Err(KeyErrorKind::TooShort)
        } else if key.len() > LONGEST_KEY {
            Err(KeyErrorKind::TooLong)
        } else {
            Ok(Self::of(key))
        }
    }

    /// Where it stands among `keys`, compared with every one of them.
    pub(crate) fn place_among(&self, keys: &[Self]) -> Option<usize> {
        let nowhere = (0_u64, Choice::from(0));
        let (place, found) = (0..)
            .zip(keys)
            .fold(nowhere, |(place, found), (here, key)| {
                let same = key.0.ct_eq(&self.0);
                (u64::conditional_select(&place, &here, same), found | same)
            });
        let place: Option<u64> = CtOption::new(place, found).into();
        place.and_then(|place| usize::try_from(place).ok())
    }
}

/// Visible ASCII, without the space: what a header carries unchanged, in one piece.
pub(crate) fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-4's own example.
        let digest = KeyDigest::of(b"abc").0;
        assert!(digest.starts_with(&[0xba, 0x78, 0x16, 0xbf]));
        assert!(digest.ends_with(&[0xf2, 0x00, 0x15, 0xad]));
    }

    #[test]
    fn a_digest_is_found_wherever_it_stands() {
        let digests = [b"a", b"b", b"c"].map(|key| KeyDigest::of(key));
        for (place, digest) in digests.iter().enumerate() {
            assert_eq!(digest.place_among(&digests), Some(place));
        }
        assert_eq!(KeyDigest::of(b"d").place_among(&digests), None);
        assert_eq!(KeyDigest::of(b"a").place_among(&[]), None);
    }
}
