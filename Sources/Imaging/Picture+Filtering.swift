import COpenCV

extension Picture where Sample == Float {
    /// Convolved with a Gaussian of `sigma` pixels; the edge is mirrored.
    package func blurred(sigma: Double) -> Picture {
        if sigma <= 0 { return self }
        return filtered { ccv_blur_f32($0, Int32(width), Int32(height), Int32(channels), sigma, $1) }
    }

    /// Magnitude of a grey picture's gradient, in values per pixel, after a Gaussian of `sigma` pixels.
    package func gradientMagnitude(sigma: Double) -> Picture {
        precondition(channels == 1, "a gradient is taken of one channel")
        return filtered { ccv_gradient_f32($0, Int32(width), Int32(height), sigma, $1) }
    }

    /// This picture seen through an affine map, bicubic. Pixel centres are whole numbers.
    /// - Parameters:
    ///   - matrix: output (x, y) takes the input at (m0 x + m1 y + m2, m3 x + m4 y + m5).
    ///   - outside: value beyond this picture's edge.
    package func warped(_ matrix: [Double], width newWidth: Int, height newHeight: Int, outside: Float) -> Picture {
        precondition(matrix.count == 6, "an affine map has six numbers")
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        let status = ccv_warp_f32(
            samples, Int32(width), Int32(height), Int32(channels), matrix, outside, &result.samples, Int32(newWidth),
            Int32(newHeight))
        precondition(status == 0, "out of memory while warping to \(newWidth) x \(newHeight) pixels")
        return result
    }

    /// Canny's edges of a grey picture (IEEE PAMI 8 (1986) 679): 255 on edges, 0 elsewhere.
    /// - Parameters:
    ///   - sigma: of the Gaussian applied first, in pixels.
    ///   - low, high: gradients, in values per pixel, that continue and that start an edge.
    package func cannyEdges(sigma: Double, low: Double, high: Double) -> Picture<UInt8> {
        precondition(channels == 1, "edges are found in one channel")
        var result = Picture<UInt8>(width: width, height: height, channels: 1, filledWith: 0)
        let status = ccv_canny_f32(samples, Int32(width), Int32(height), sigma, low, high, &result.samples)
        precondition(status == 0, "out of memory while finding edges in \(width) x \(height) pixels")
        return result
    }

    private func filtered(_ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Int32) -> Picture {
        var result = Picture(width: width, height: height, channels: channels, filledWith: 0)
        let status = samples.withUnsafeBufferPointer { input in
            result.samples.withUnsafeMutableBufferPointer { body(input.baseAddress!, $0.baseAddress!) }
        }
        precondition(status == 0, "out of memory while filtering \(width) x \(height) pixels")
        return result
    }
}
