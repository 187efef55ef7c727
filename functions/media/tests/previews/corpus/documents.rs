//! Hostile documents. They are served as they are, as files to be saved: what counts is that drawing them harms nobody.

use super::pictures::packed_zeros;
use super::{Hostile, inert, join};

/// A PDF of these objects, the first of which is its catalogue.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(bytes.len());
        bytes.extend(join(&[format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"]));
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in &places {
        bytes.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    join(&[&bytes, end.as_bytes()])
}

/// A stream with what its dictionary says beside its length.
pub fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {dictionary} >>\nstream\n", content.len());
    join(&[head.as_bytes(), content, b"\nendstream"])
}

/// A PDF of one page with this box, this content and these further objects, from number 5 on.
pub fn page(media_box: &str, content: Vec<u8>, further: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>").into_bytes(),
        content,
    ];
    objects.extend_from_slice(further);
    pdf(&objects)
}

pub fn all() -> Vec<Hostile> {
    let a4 = "0 0 595 842";
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >>",
        b"/X Do /X Do",
    );
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode",
        &packed_zeros(256),
    );
    let script = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1/'\\)) >> >>".to_vec();
    let loops = pdf(&[script.clone(), b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>".to_vec()]);
    let strokes = b"0 0 m 595 842 l S ".repeat(2_000_000);
    let file = |name, bytes| inert(name, "file", "application/pdf", bytes);
    vec![
        file("pages that are their own children", loops),
        file("a form that draws itself", page(a4, stream("", b"/X Do"), &[form])),
        file("a gigabyte of drawing", page(a4, stream("/Filter /FlateDecode", &packed_zeros(1024)), &[])),
        file("a picture of ten gigabytes", page(a4, stream("", b"q 595 0 0 842 0 0 cm /X Do Q"), &[image])),
        file("two million strokes", page(a4, stream("", &strokes), &[])),
        file("a page of ten thousand kilometres", page("0 0 9e9 9e9", stream("", b""), &[])),
        file("a page of no size", page("0 0 0 0", stream("", b""), &[])),
        file("a script that opens with it", pdf(&[script, b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()])),
        file("half a PDF", page(a4, stream("", &strokes[..10_000]), &[])[..5_000].to_vec()),
        file("no PDF", b"%PDF-1.7\n".to_vec()),
        inert(
            "an archive bomb, never opened",
            "file",
            "application/zip",
            join(&[b"PK\x03\x04", &packed_zeros(64)]),
        ),
    ]
}
