//! Colours of a profile (ICC.1:2022) in sRGB, which is what everything without a profile is taken for.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::pixels::Pixels;

/// Converts the pixels in place. A profile that cannot be read, or is of other colours than red, green and blue, is as none.
pub fn to_srgb(pixels: &mut Pixels, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let layout = if pixels.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let transform =
        profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default());
    let Ok(transform) = transform else { return };
    let stride = pixels.width as usize * pixels.channels;
    let mut before = vec![0; stride];
    for row in pixels.data.chunks_exact_mut(stride) {
        before.copy_from_slice(row);
        // It only fails for rows of another length.
        if transform.transform(&before, row).is_err() {
            return;
        }
    }
}
