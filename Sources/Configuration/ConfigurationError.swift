/// Why a configuration file is not read: one sentence.
package struct ConfigurationError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
