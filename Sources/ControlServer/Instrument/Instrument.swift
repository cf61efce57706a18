package import ControlAPI

/// What the control server serves, room by room. The daemon gives its acquisition this shape; tests give a stand-in.
///
/// Names and numbers arrive as the client sent them: the instrument decides what a slide may be called and how many
/// captures are too many, and throws a `Problem` of the fitting kind. Requests that say of themselves what is wrong with
/// them (`fault`) arrive without fault. `peer` is for the log of changes.
package protocol Instrument:
    SlideReading, Capturing, Reviewing, Reanalysing, CameraControlling,
    LiveViewing, StoreKeeping, EventTelling, Planning, LensTeaching, LensKeeping, ReadingAgain,
    SampleKeeping, StageMoving
{
    func status() async throws(Problem) -> ServiceStatus
}
