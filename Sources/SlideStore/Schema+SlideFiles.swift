extension Schema {
    /// Pictures in files of their own, a slide each (`SlideFile`): what the catalogue says of a picture stays here, its bytes
    /// lie there under their SHA-256. `picture_bytes` and `field_previews` hold what earlier versions stored and what is not
    /// moved yet.
    ///
    /// `slides.pictures` says where a slide's pictures are: `here`, in the archive (`archived`), on their way there
    /// (`archiving`), or not kept any more (`removed`).
    static let slideFiles = """
        CREATE TABLE store_identity (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            store_id TEXT NOT NULL CHECK (length(store_id) = 32)
        ) STRICT;
        INSERT INTO store_identity VALUES (1, lower(hex(randomblob(16))));

        ALTER TABLE slides ADD COLUMN pictures TEXT NOT NULL DEFAULT 'here'
            CHECK (pictures IN ('here', 'archiving', 'archived', 'removed'));
        """
}
