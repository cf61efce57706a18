import COpenCV

extension Picture where Sample == Float {
    /// This picture at another size: area average when both sides shrink, Lanczos-4 otherwise.
    ///
    /// Pixel centres correspond as `(x + 0.5) * width / newWidth - 0.5`. Lanczos may overshoot the input's range.
    package func resampled(width newWidth: Int, height newHeight: Int) -> Picture<Float> {
        if newWidth == width && newHeight == height { return self }
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        let status = samples.withUnsafeBufferPointer { input in
            result.samples.withUnsafeMutableBufferPointer { output in
                ccv_resample_f32(
                    input.baseAddress!, Int32(width), Int32(height), Int32(channels),
                    output.baseAddress!, Int32(newWidth), Int32(newHeight))
            }
        }
        precondition(status == 0, "out of memory while resampling to \(newWidth) x \(newHeight) pixels")
        return result
    }
}

extension Picture where Sample == UInt8 {
    /// This picture with `newWidth` pixels across, by area average, and in proportion; itself where it has no more.
    package func shrunk(toWidth newWidth: Int) -> Picture<UInt8> {
        precondition(newWidth > 0, "a picture has at least one pixel")
        if newWidth >= width { return self }
        let newHeight = max(1, (height * newWidth + width / 2) / width)
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        let status = samples.withUnsafeBufferPointer { input in
            result.samples.withUnsafeMutableBufferPointer { output in
                ccv_shrink_u8(
                    input.baseAddress!, Int32(width), Int32(height), Int32(channels), output.baseAddress!,
                    Int32(newWidth), Int32(newHeight))
            }
        }
        precondition(status == 0, "out of memory while shrinking to \(newWidth) x \(newHeight) pixels")
        return result
    }
}
