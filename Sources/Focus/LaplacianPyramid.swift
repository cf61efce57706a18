internal import Imaging

/// A picture as what each halving of its resolution takes away (Burt and Adelson, IEEE Trans. Communications 31 (1983)
/// 532): bands from fine to coarse, and the rest.
struct LaplacianPyramid: Sendable {
    /// Finest first; each has half the side of the one before.
    var bands: [Picture<Float>]
    var rest: Picture<Float>

    /// Blur of focal planes some ten micrometres apart does not reach means over 32 pixels.
    static let levels = 5

    init(_ picture: Picture<Float>, levels: Int = Self.levels) {
        bands = []
        rest = picture
        for _ in 0..<levels where min(rest.width, rest.height) >= 4 {
            let coarse = rest.halved
            bands.append(rest.less(coarse.doubled(width: rest.width, height: rest.height)))
            rest = coarse
        }
    }

    /// The picture that this is of.
    var picture: Picture<Float> {
        bands.reversed().reduce(rest) { coarse, band in
            coarse.doubled(width: band.width, height: band.height).plus(band)
        }
    }
}

extension Picture<Float> {
    /// Every second pixel of every second row, without the waves that would fold.
    var halved: Picture {
        let smooth = blurred(sigma: 1)
        let (newWidth, newHeight) = ((width + 1) / 2, (height + 1) / 2)
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        result.samples.withUnsafeMutableBufferPointer { out in
            smooth.samples.withUnsafeBufferPointer { samples in
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        for channel in 0..<channels {
                            out[(y * newWidth + x) * channels + channel] =
                                samples[(2 * y * width + 2 * x) * channels + channel]
                        }
                    }
                }
            }
        }
        return result
    }

    /// The way back, linear between pixels.
    func doubled(width newWidth: Int, height newHeight: Int) -> Picture {
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        let (width, height, channels) = (width, height, channels)
        result.samples.withUnsafeMutableBufferPointer { out in
            samples.withUnsafeBufferPointer { samples in
                for y in 0..<newHeight {
                    let above = y / 2 * width, below = min((y + 1) / 2, height - 1) * width
                    for x in 0..<newWidth {
                        let left = x / 2, right = min((x + 1) / 2, width - 1)
                        for channel in 0..<channels {
                            let upper =
                                samples[(above + left) * channels + channel]
                                + samples[(above + right) * channels + channel]
                            let lower =
                                samples[(below + left) * channels + channel]
                                + samples[(below + right) * channels + channel]
                            out[(y * newWidth + x) * channels + channel] = 0.25 * (upper + lower)
                        }
                    }
                }
            }
        }
        return result
    }

    func less(_ other: Picture) -> Picture { combined(other, -1) }

    func plus(_ other: Picture) -> Picture { combined(other, 1) }

    private func combined(_ other: Picture, _ sign: Float) -> Picture {
        var result = self
        result.samples.withUnsafeMutableBufferPointer { out in
            other.samples.withUnsafeBufferPointer { samples in
                for at in out.indices { out[at] += sign * samples[at] }
            }
        }
        return result
    }

    /// The sum over channels of squares, as means over a Gaussian of `sigma` pixels.
    func energy(sigma: Double) -> Picture {
        var squares = Picture(width: width, height: height, channels: 1, filledWith: 0)
        let channels = channels
        squares.samples.withUnsafeMutableBufferPointer { out in
            samples.withUnsafeBufferPointer { samples in
                for at in out.indices {
                    var sum: Float = 0
                    for channel in 0..<channels {
                        let value = samples[at * channels + channel]
                        sum += value * value
                    }
                    out[at] = sum
                }
            }
        }
        return squares.blurred(sigma: sigma)
    }
}
