import Camera
import Testing

/// Triggers over made-up streams of 10 ms frames; the trigger comes at 1000 ms.
@Suite struct TriggerTests {
    static let millisecond: Int64 = 1_000_000
    static func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * millisecond)
    }

    /// The first accepted frame's timestamp in milliseconds.
    private func accepted(_ meaning: BufferStamp.Meaning, frameTime: Int64?, timestamps: [Int64]) -> Int64? {
        var trigger = Trigger(requestedAt: Self.at(1000))
        for (index, time) in timestamps.enumerated() {
            let stamp = BufferStamp(
                sequence: UInt32(index), timestamp: Self.at(time), meaning: meaning, dequeuedAt: Self.at(time + 1))
            if let proof = trigger.proof(of: stamp, frameTime: frameTime.map { $0 * Self.millisecond }) {
                #expect(proof.exposedAt >= Self.at(1000))
                let isStamped = meaning == .startOfExposure || (meaning != .nothing && frameTime != nil)
                #expect(proof.freshness == (isStamped ? .timestamp : .arrival))
                return time
            }
        }
        return nil
    }

    @Test func startOfExposureDecidesByItself() {
        #expect(accepted(.startOfExposure, frameTime: nil, timestamps: [985, 995, 1000, 1010]) == 1000)
        #expect(accepted(.startOfExposure, frameTime: 10, timestamps: [999, 1009]) == 1009)
    }

    @Test func startOfReadoutAllowsForOneExposure() {
        #expect(accepted(.startOfReadout, frameTime: 10, timestamps: [999, 1009, 1010, 1019]) == 1010)
    }

    /// End of frame less one readout and one exposure.
    @Test func endOfFrameAllowsForReadoutAndExposure() {
        #expect(accepted(.endOfFrame, frameTime: 10, timestamps: [1003, 1013, 1019, 1020]) == 1020)
        #expect(accepted(.endOfFrame, frameTime: 40, timestamps: [1003, 1043, 1083]) == 1083)
    }

    /// Without a clock: one frame may be in readout, the next in exposure.
    @Test func orderDecidesWithoutAClock() {
        #expect(accepted(.nothing, frameTime: 10, timestamps: [1, 2, 3, 4]) == 3)
        #expect(accepted(.endOfFrame, frameTime: nil, timestamps: [1003, 1013, 1023]) == 1023)
    }

    /// Stamps ten seconds behind: after all buffers came round, two frames more and two seconds.
    @Test func stampsThatStayBehindGiveWayToOrder() {
        var trigger = Trigger(requestedAt: Self.at(20_000))
        var accepted: [Int64] = []
        for index in 1...40 as ClosedRange<Int64> {
            let time = 20_000 + 100 * index
            let stamp = BufferStamp(
                sequence: UInt32(index), timestamp: Self.at(time - 9900), meaning: .endOfFrame,
                dequeuedAt: Self.at(time))
            guard let proof = trigger.proof(of: stamp, frameTime: 100 * Self.millisecond, buffers: 6) else { continue }
            #expect(proof.exposedAt == Self.at(20_000) && proof.freshness == .arrival)
            accepted.append(time)
        }
        #expect(accepted.first == 22_000)
    }

    @Test func impossibleTimestampsAreNoClock() {
        let zero = BufferStamp(sequence: 0, timestamp: Self.at(0), meaning: .endOfFrame, dequeuedAt: Self.at(5))
        let future = BufferStamp(sequence: 0, timestamp: Self.at(9), meaning: .startOfExposure, dequeuedAt: Self.at(5))
        #expect(zero.meaning == .nothing)
        #expect(future.meaning == .nothing)
    }

    /// What a broken driver may write into a buffer: none of it ends the program, and none is taken for a time.
    @Test(arguments: [(Int.max, 0), (0, Int.max), (Int.min, Int.min), (9_223_372_036, 999_999), (-1, 0)])
    func stampsBeyondTheClockAreNoClock(seconds: Int, microseconds: Int) {
        let stamp = BufferStamp(
            sequence: 0, timestamp: MonotonicInstant(seconds: seconds, microseconds: microseconds),
            meaning: .startOfExposure, dequeuedAt: Self.at(5))
        #expect(stamp.meaning == .nothing)
        #expect(MonotonicInstant(seconds: 3, microseconds: 250_000).nanoseconds == 3_250_000_000)
    }

    /// A frame interval of 4294967295 s is no rate: waiting for the next frame would not end.
    @Test func intervalsThatNoCameraHasAreUnknown() {
        #expect(CameraMode.framesPerSecond(interval: .max, over: 1) == nil)
        #expect(CameraMode.framesPerSecond(interval: 601, over: 1) == nil)
        #expect(CameraMode.framesPerSecond(interval: 1, over: .max) == nil)
        #expect(CameraMode.framesPerSecond(interval: 0, over: 1) == nil)
        #expect(CameraMode.framesPerSecond(interval: 1, over: 0) == nil)
        #expect(CameraMode.framesPerSecond(interval: 1001, over: 30_000) == 30_000 / 1001.0)
        #expect(CameraMode.framesPerSecond(interval: 600, over: 1) == 1.0 / 600)
    }

    /// linux/videodev2.h: monotonic 0x2000, copy 0x4000, start of exposure 0x10000.
    @Test func flagsSayWhatTimestampsMean() {
        #expect(BufferStamp.Meaning(flags: 0x2000, driver: "vivid") == .endOfFrame)
        #expect(BufferStamp.Meaning(flags: 0x12000, driver: "vivid") == .startOfExposure)
        #expect(BufferStamp.Meaning(flags: 0x12000, driver: "uvcvideo") == .startOfReadout)
        #expect(BufferStamp.Meaning(flags: 0x4000, driver: "v4l2 loopback") == .nothing)
        #expect(BufferStamp.Meaning(flags: 0x14000, driver: "v4l2 loopback") == .nothing)
        #expect(BufferStamp.Meaning(flags: 0, driver: "x") == .nothing)
    }
}

@Suite struct CaptureLedgerTests {
    private func stamp(_ sequence: UInt32, ms: Int64) -> BufferStamp {
        BufferStamp(
            sequence: sequence, timestamp: TriggerTests.at(ms), meaning: .endOfFrame, dequeuedAt: TriggerTests.at(ms))
    }

    @Test func gapsAreCountedAcrossTheWrap() {
        var ledger = CaptureLedger()
        ledger.received(stamp(.max - 1, ms: 10))
        ledger.received(stamp(1, ms: 40))  // max and 0 are missing
        ledger.received(stamp(2, ms: 50))
        #expect(ledger.deliveredTriggered(discarded: 0) == FrameAccounting(sequenceGaps: 2))
    }

    @Test func aRestartIsNoGap() {
        var ledger = CaptureLedger()
        ledger.received(stamp(500, ms: 10))
        ledger.received(stamp(0, ms: 20))
        ledger.streamStarted()
        ledger.received(stamp(90, ms: 30))
        #expect(ledger.deliveredPreview() == FrameAccounting())
    }

    @Test func aLiveViewTakesNothingFromCaptures() {
        var ledger = CaptureLedger()
        ledger.damaged()
        #expect(ledger.deliveredPreview().errorFlagged == 1)
        ledger.damaged()
        #expect(
            ledger.deliveredTriggered(discarded: 3)
                == FrameAccounting(sequenceGaps: 0, errorFlagged: 2, discardedBeforeTrigger: 3))
        #expect(ledger.deliveredTriggered(discarded: 0) == FrameAccounting())
        #expect(ledger.deliveredPreview().errorFlagged == 1)
    }

    /// A clock that stands still or runs backwards is none from then on, and the rhythm is that of arrivals.
    @Test(arguments: [[100, 100, 100], [100, 14_100, 200], [300, 200, 400]] as [[Int64]])
    func aClockThatCannotBeRightIsFoundOut(times: [Int64]) {
        var ledger = CaptureLedger()
        ledger.nominalFrameTime = 10_000_000
        var believed: [BufferStamp.Meaning] = []
        for (index, time) in times.enumerated() {
            let arrival = 20_000 + 20 * Int64(index)
            believed.append(
                ledger.received(
                    BufferStamp(
                        sequence: UInt32(index), timestamp: TriggerTests.at(time), meaning: .endOfFrame,
                        dequeuedAt: TriggerTests.at(arrival))
                ).meaning)
        }
        #expect(ledger.stampsAreFalse && believed.last == .nothing && believed.first == .endOfFrame)
        #expect(ledger.frameTime! <= 20_000_000)
        ledger.streamStarted()
        #expect(!ledger.stampsAreFalse)
    }

    @Test func frameTimeIsTheLongestKnown() {
        var ledger = CaptureLedger()
        #expect(ledger.frameTime == nil)
        ledger.nominalFrameTime = 33_000_000
        ledger.received(stamp(1, ms: 100))
        ledger.received(stamp(2, ms: 200))
        #expect(ledger.frameTime == 100_000_000)  // slower than it says
        ledger.received(stamp(4, ms: 240))  // 20 ms a frame, one missing
        #expect(ledger.frameTime == 100_000_000)
        for index in 5..<13 as Range<UInt32> { ledger.received(stamp(index, ms: 160 + Int64(index) * 20)) }
        #expect(ledger.frameTime == 33_000_000)  // eight intervals later the slow one is forgotten
    }
}
