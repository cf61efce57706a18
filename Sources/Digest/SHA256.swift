import CCrypto

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits, the form `sha256sum` prints.
package func sha256Hex(_ bytes: some ContiguousBytes) -> String {
    bytes.withBytes { buffer in
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = SHA256(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, &digest)
        let hex = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }, as: UTF8.self)
    }
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
