//! An attacker: random requests of every form that a parser accepts.

use fastrand::Rng;
use http::header::{HOST, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, Uri, Version};

const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
];

/// Characters of a token (RFC 9110, 5.6.2).
const TOKEN: &[u8] =
    b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Unusual path segments.
const ODD: [&str; 12] = [
    "",
    ".",
    "..",
    "{id}",
    "*",
    "%2F",
    "%00",
    "%F0%9F%8D%B5",
    "\u{1F375}",
    "é",
    "wp-login.php",
    "\"",
];

/// An endless source of requests, the same for the same seed.
pub(crate) struct Attacker {
    random: Rng,
    /// Prefixes of paths that match a route.
    targets: &'static [&'static str],
}

impl Attacker {
    pub(crate) fn new(seed: u64, targets: &'static [&'static str]) -> Self {
        Self {
            random: Rng::with_seed(seed),
            targets,
        }
    }

    pub(crate) fn request(&mut self) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = self.method();
        *request.uri_mut() = self.uri();
        *request.version_mut() =
            self.one_of(&[Version::HTTP_10, Version::HTTP_11, Version::HTTP_2]);
        for name in [HOST, USER_AGENT] {
            let value = self.value();
            request.headers_mut().insert(name, value);
        }
        for _ in 0..self.random.usize(..3) {
            let name = HeaderName::from_bytes(&self.token(12)).unwrap();
            let value = self.value();
            request.headers_mut().append(name, value);
        }
        request
    }

    fn method(&mut self) -> Method {
        let token = match self.random.u8(..4) {
            0 => self.token(24),
            1 => self.one_of(&METHODS).to_lowercase().into_bytes(),
            _ => self.one_of(&METHODS).as_bytes().to_vec(),
        };
        Method::from_bytes(&token).unwrap()
    }

    fn uri(&mut self) -> Uri {
        let mut uri = match self.random.u8(..8) {
            0 => format!("http://{}.test", self.random.u32(..)),
            _ => String::new(),
        };
        if self.random.u8(..4) > 0 {
            uri.push_str(self.one_of(self.targets));
        }
        let depth = match self.random.u8(..) {
            0 => 200,
            1..4 => 20,
            _ => 3,
        };
        for _ in 0..self.random.usize(..depth) {
            uri.push('/');
            self.push_segment(&mut uri);
        }
        if uri.is_empty() {
            uri.push('/');
        }
        if self.random.u8(..4) == 0 {
            uri.push('?');
            uri.extend((0..12).map(|_| self.random.alphanumeric()));
        }
        uri.parse().unwrap_or_else(|_| panic!("{uri:?}"))
    }

    fn push_segment(&mut self, uri: &mut String) {
        match self.random.u8(..) {
            0 => uri.extend(std::iter::repeat_n('a', self.random.usize(..2_000))),
            1..64 => uri.push_str(self.one_of(&ODD)),
            64..128 => uri.push_str(&self.random.u16(..1_100).to_string()),
            _ => uri.extend((0..self.random.usize(..12)).map(|_| self.random.alphanumeric())),
        }
    }

    /// Makes a value of bytes beyond ASCII, short or long.
    fn value(&mut self) -> HeaderValue {
        let longest = self.one_of(&[16, 16, 16, 16, 16, 16, 16, 300]);
        let length = self.random.usize(..longest);
        let bytes: Vec<u8> = (0..length).map(|_| self.random.u8(128..)).collect();
        HeaderValue::from_bytes(&bytes).unwrap()
    }

    fn token(&mut self, longest: usize) -> Vec<u8> {
        let length = self.random.usize(1..=longest);
        (0..length).map(|_| self.one_of(TOKEN)).collect()
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.random.usize(..choices.len())]
    }
}
