extension Picture where Sample == UInt16 {
    /// Bits that hold the samples, 10, 12, 14 or 16, of which a few hot pixels do not count; nil where 8 do.
    package var bitsUsed: Int? {
        var beyond = (bits8: 0, bits10: 0, bits12: 0, bits14: 0)
        samples.withUnsafeBufferPointer { samples in
            for sample in samples {
                beyond.bits8 &+= sample > 255 ? 1 : 0
                beyond.bits10 &+= sample > 1023 ? 1 : 0
                beyond.bits12 &+= sample > 4095 ? 1 : 0
                beyond.bits14 &+= sample > 16383 ? 1 : 0
            }
        }
        let hot = samples.count / 20_000
        if beyond.bits8 <= hot { return nil }
        return beyond.bits10 <= hot ? 10 : beyond.bits12 <= hot ? 12 : beyond.bits14 <= hot ? 14 : 16
    }

    /// The samples with the number of bits that they really have, as cameras of 10, 12 or 14 bits store them in 16: in
    /// the low bits, which no sample exceeds, or in the high ones, the lower all zero. A few hot pixels beyond do not
    /// count, and are clipped when the samples are scaled.
    ///
    /// nil where no sample exceeds 255: numbers of 8 bits in the low byte, or next to no light.
    package var atTrueDepth: (picture: Picture, bitDepth: Int)? {
        guard let bits = bitsUsed else { return nil }
        guard bits == 16 else { return (self, bits) }
        let used = samples.reduce(0, |)
        let unused = min(used.trailingZeroBitCount, 8)
        guard unused >= 2 else { return (self, 16) }
        return (map { $0 &>> UInt16(unused) }, 16 - unused)
    }
}
