//! Digests of keys.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};

use crate::{
    error::Fault,
    limits::{MAX_KEY_BYTES, MIN_KEY_BYTES},
};

/// SHA-256 digest of a key. Not `Debug`: a weak key could be guessed from a digest in a log.
#[derive(Clone, Copy)]
pub(crate) struct KeyDigest([u8; 32]);

impl KeyDigest {
    pub(crate) fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// Returns the digest of an acceptable key, or the fault of another one.
    pub(crate) fn of_acceptable(key: &[u8]) -> Result<Self, Fault> {
        if !key.iter().copied().all(is_key_byte) {
            Err(Fault::InvalidCharacter)
        } else if key.len() < MIN_KEY_BYTES {
            Err(Fault::TooShort)
        } else if key.len() > MAX_KEY_BYTES {
            Err(Fault::TooLong)
        } else {
            Ok(Self::of(key))
        }
    }

    /// Returns the digest's place among `keys`. Compares it with every one of them, in constant time.
    pub(crate) fn place_among<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a Self>,
    ) -> Option<usize> {
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

/// Returns whether a byte is visible ASCII, without the space: a header carries such bytes unchanged.
pub(crate) fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_graphic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        // The example of FIPS 180-4.
        let digest = KeyDigest::of(b"abc").0;
        assert!(digest.starts_with(&[0xba, 0x78, 0x16, 0xbf]));
        assert!(digest.ends_with(&[0xf2, 0x00, 0x15, 0xad]));
    }

    #[test]
    fn digest_is_found_at_any_place() {
        let digests = [b"a", b"b", b"c"].map(|key| KeyDigest::of(key));
        for (place, digest) in digests.iter().enumerate() {
            assert_eq!(digest.place_among(&digests), Some(place));
        }
        assert_eq!(KeyDigest::of(b"d").place_among(&digests), None);
        assert_eq!(KeyDigest::of(b"a").place_among(&[]), None);
    }
}
