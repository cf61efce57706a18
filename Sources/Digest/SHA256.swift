import CCrypto

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits, the form `sha256sum` prints.
package func sha256Hex(_ bytes: some ContiguousBytes) -> String {
    bytes.withBytes { buffer in
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = SHA256(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, &digest)
        return hexadecimal(digest)
    }
}

/// Two lower-case digits a byte.
func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// Bytes that lie side by side in memory, so that this module needs no Foundation.
package protocol ContiguousBytes {
    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R
}

extension Array: ContiguousBytes where Element == UInt8 {
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { withUnsafeBytes(body) }
}

extension UnsafeRawBufferPointer: ContiguousBytes {
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { body(self) }
}
