internal import Camera
package import ControlAPI
internal import Foundation
internal import Imaging
internal import Logging
internal import SlideStore

/// The empty glass under objectives: only ever added, and noted with each capture.
extension Microscope {
    package func flatFields() async throws(Problem) -> [FlatFieldReport] {
        let size = await frameSize()
        let all = try await asProblems { () throws(StoreError) in try await store.flatFields() }
        var reports: [FlatFieldReport] = []
        for flat in all.reversed() {
            // Of frames whose size is not known before they come, each size has its own.
            let isAsked = flat.camera == source.name && (size == nil || size == flat.frameSize)
            let inForce = try await asProblems { () throws(StoreError) in
                isAsked ? try await store.flatFieldInForce(camera: flat.camera, frameSize: flat.frameSize) : nil
            }
            reports.append(FlatFieldReport(flat, isInUse: inForce?.id == flat.id))
        }
        return reports
    }

    /// Takes frames of what lies under the objective now, which must be empty glass.
    package func takeFlatField(_ request: FlatFieldRequest, by peer: Peer) async throws(Problem) -> FlatFieldReport {
        let count = request.frames ?? FlatFieldRequest.usualFrames
        let agent = Agent(peer), camera = source.name
        if count == 0 {
            let size: FrameSize
            do throws(CameraError) {
                size =
                    if let known = await frameSize() { known } else { FrameSize(try await source.triggeredFrame()) }
            } catch {
                throw Problem(error)
            }
            let none = try await asProblems { () throws(StoreError) in
                try await store.addFlatField(
                    camera: camera, frameSize: size, light: nil, frames: 0, fallOff: 0, dust: "[]", by: agent)
            }
            logger.notice("fields are not divided from now on", metadata: ["peer": "\(peer)"])
            return FlatFieldReport(none, isInUse: false)
        }
        var exposure: (size: FrameSize, sum: FlatField.Exposure)?
        for _ in 0..<count {
            let frame: Frame
            do throws(CameraError) {
                frame = try await source.triggeredFrame()
            } catch {
                throw Problem(error)
            }
            let before = exposure?.sum ?? FlatField.Exposure(width: frame.width, height: frame.height)
            let sum = try await refusing { () throws(FlatField.Refusal) in
                var sum = before
                try sum.add(PictureRows(frame.colour()))
                return sum
            }
            exposure = (exposure?.size ?? FrameSize(frame), sum)
        }
        guard let (size, sum) = exposure else {
            throw Problem(.flatFieldRefused, "no frame came", hint: "connect the camera")
        }
        let (flat, fallOff, specks) = try await refusing { () throws(FlatField.Refusal) in
            let flat = try sum.flatField()
            return (flat, flat.fallOff, flat.dust)
        }
        let light: [UInt8]
        do throws(ImagingError) {
            light = try await storeThread.run {
                Result { () throws(ImagingError) in try PNG.encode(flat.light, text: ["Title": "Flat field"]) }
            }.get()
        } catch {
            throw Problem(.internalError, error.message, hint: error.hint)
        }
        let dust = String(decoding: (try? JSONEncoder().encode(specks)) ?? Data("[]".utf8), as: UTF8.self)
        let stored = try await asProblems { () throws(StoreError) in
            try await store.addFlatField(
                camera: camera, frameSize: size, light: light, frames: count, fallOff: fallOff, dust: dust,
                by: agent)
        }
        logger.notice(
            "flat field taken",
            metadata: ["objective": "\(stored.objective)", "specks": "\(specks.count)", "peer": "\(peer)"])
        return FlatFieldReport(stored, isInUse: true)
    }

    /// Off the cooperative pool.
    private func refusing<Value: Sendable>(
        _ body: @escaping @Sendable () throws(FlatField.Refusal) -> Value
    ) async throws(Problem) -> Value {
        do throws(FlatField.Refusal) {
            return try await storeThread.run { Result { () throws(FlatField.Refusal) in try body() } }.get()
        } catch {
            throw Problem(.flatFieldRefused, error.message, hint: error.hint)
        }
    }

    /// By which a frame is to be divided.
    func flatField(of frame: Frame) async throws(Problem) -> Int64? {
        try await asProblems { () throws(StoreError) in
            try await persistently(for: .seconds(2)) { () throws(StoreError) in
                try await store.flatFieldInForce(camera: source.name, frameSize: FrameSize(frame))?.id
            }
        }
    }
}

extension FlatFieldReport {
    init(_ flat: StoredFlatField, isInUse: Bool) {
        let dust = (try? JSONDecoder().decode([FlatField.Speck].self, from: Data(flat.dust.utf8))) ?? []
        self.init(
            id: flat.id, at: Microscope.iso8601(flat.at), by: flat.agent.text, objective: flat.objective,
            camera: flat.camera, width: flat.frameSize.width, height: flat.frameSize.height, frames: flat.frames,
            fallOff: flat.fallOff,
            dust: dust.map { Speck(xPx: $0.x, yPx: $0.y, diameterPx: $0.diameterPixels, depth: $0.depth) },
            isInUse: isInUse)
    }
}
