import CCrypto

/// SHA-256 of what comes piece by piece, for files that do not fit into memory.
package final class SHA256Digest {
    private let context = EVP_MD_CTX_new()

    package init() { EVP_DigestInit_ex(context, EVP_sha256(), nil) }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// 64 lower-case hexadecimal digits; nothing may be added afterwards.
    package func finished() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return hexadecimal(digest)
    }
}
