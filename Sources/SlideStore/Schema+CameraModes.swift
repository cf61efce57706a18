extension Schema {
    /// How cameras were set, and the size of the frames that a calibration was made with. The latest row of a camera is in
    /// force; one without a format leaves the choice to the program.
    static let cameraModes =
        """
        ALTER TABLE calibrations ADD COLUMN frame_width INTEGER CHECK (frame_width > 0);
        ALTER TABLE calibrations ADD COLUMN frame_height INTEGER CHECK (frame_height > 0);

        CREATE TABLE camera_modes (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            camera TEXT NOT NULL CHECK (camera <> ''),
            format TEXT CHECK (format <> ''),
            width INTEGER CHECK (width > 0),
            height INTEGER CHECK (height > 0),
            frames_per_second REAL CHECK (frames_per_second > 0),
            CHECK ((format IS NULL) = (width IS NULL) AND (format IS NULL) = (height IS NULL)),
            CHECK (format IS NOT NULL OR frames_per_second IS NULL)
        ) STRICT;
        CREATE INDEX camera_modes_by_camera ON camera_modes (camera);
        CREATE TRIGGER camera_modes_are_never_changed BEFORE UPDATE ON camera_modes
            BEGIN SELECT RAISE(ABORT, 'camera_modes are never changed'); END;
        CREATE TRIGGER camera_modes_are_never_deleted BEFORE DELETE ON camera_modes
            BEGIN SELECT RAISE(ABORT, 'camera_modes are never deleted'); END;
        """
}
