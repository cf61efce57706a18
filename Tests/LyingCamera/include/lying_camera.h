#ifndef LYING_CAMERA_H
#define LYING_CAMERA_H

#include <stdint.h>

/// A V4L2 camera inside this process at /dev/lying-camera-MODE, one at a time; 32 x 16 pixels of GREY at 20 frames a second
/// where nothing else is said. Every pixel of a frame has the value that was shown while the frame was exposed, which ends one frame time
/// before the frame is read out.
///
/// MODE is what it tells wrongly: "honest"; stamps that are "frozen", "late1", "late10" (seconds), "backwards", "zero",
/// "future", "realtime", "garbage"; frames that are "flagged" or "short" (two of three), "overlong" (two of three tell
/// of more bytes than there are), "no-bytesused"; "seq0", "no-rate", "slow-rate" (tells of an interval of 4294967295 s);
/// "eio" (each tenth frame fails), "wrong-index" (each tenth frame is one of a buffer that it does not have);
/// "endless-formats"; "all-flagged"; "short-rows" (tells of rows that its pixels do not fit in).
///
/// Or how it works, honestly: "multi-planar" has no single-planar interface, offers NM12 too, and its frames begin 24 bytes
/// into their plane; "two-planes" lays its GREY out in two; "packed" gives pRAA in rows with padding, 10 bits of value * 4 +
/// value % 4; "choice" offers Y10P of 32 x 16 pixels, and GREY of 32 x 16 and of 16 x 8, the latter at 20 or 10 frames
/// a second; "range" offers GREY of 16 x 8 to 64 x 32 pixels in steps of 16 x 8.
void lying_camera_show(uint8_t value);

/// Whether "choice" offers nothing of 16 x 8 pixels.
void lying_camera_withhold(int is_withheld);

#endif
