/// Where the pictures of a slide are. Counts are there whatever becomes of them.
package enum PicturePlace: String, Codable, Sendable {
    case here
    /// On their way to the archive: the slide takes nothing new.
    case archiving
    case archived
    /// Not kept any more, by `keep_pictures_days` of the configuration.
    case removed
}
