internal import CV4L2
internal import Glibc
internal import Quantities

extension V4L2Device {
    /// Formats that the device offers, with their sizes and rates; this module reads not all of them. Sizes that no
    /// camera has are left out.
    ///
    /// Of a stepwise range of sizes the smallest, the largest and the customary sizes between are listed, of a
    /// range of rates the slowest and the fastest.
    func modes() -> [CameraMode] {
        formats().flatMap { code in
            sizes(of: code).filter { Quantity.pictureSide.holds(Int($0)) && Quantity.pictureSide.holds(Int($1)) }
                .flatMap {
                    width, height in
                    let (rates, _) = rates(of: code, width: width, height: height)
                    return (rates.isEmpty ? [nil] : rates.map(Optional.some)).map { rate in
                        CameraMode(
                            fourcc: code.description, width: Int(width), height: Int(height), framesPerSecond: rate)
                    }
                }
        }
    }

    private func formats() -> [FourCC] {
        var known: Set<UInt32> = []
        return enumerate { index in
            var format = v4l2_fmtdesc()
            format.index = index
            format.type = bufferType
            // A driver that begins anew has come to its end.
            guard (try? control(CV4L2_ENUM_FMT, &format)) != nil, known.insert(format.pixelformat).inserted else {
                return nil
            }
            return FourCC(rawValue: format.pixelformat)
        }
    }

    /// Whether the device offers a format, a size, and a rate where one is named. Of ranges, what lies in them is offered.
    /// Where the driver lists no rates, any is.
    func offers(_ mode: CameraMode) -> Bool {
        guard let code = FourCC(mode.fourcc), formats().contains(code), let width = UInt32(exactly: mode.width),
            let height = UInt32(exactly: mode.height)
        else { return false }
        var size = v4l2_frmsizeenum()
        size.pixel_format = code.rawValue
        let isInRange =
            (try? control(CV4L2_ENUM_FRAMESIZES, &size)) != nil && size.type != V4L2_FRMSIZE_TYPE_DISCRETE.rawValue
            && Self.holds(size.stepwise, width, height)
        guard isInRange || sizes(of: code).contains(where: { $0 == (width, height) }) else { return false }
        guard let rate = mode.framesPerSecond else { return true }
        let (offered, isRange) = rates(of: code, width: width, height: height)
        // Intervals are fractions: 29.97 is 30000/1001.
        let isListed = offered.contains { abs($0 - rate) <= 0.005 * $0 }
        let isBetween = isRange && rate >= offered.min() ?? 0 && rate <= offered.max() ?? 0
        return offered.isEmpty || isListed || isBetween
    }

    private static func holds(_ range: v4l2_frmsize_stepwise, _ width: UInt32, _ height: UInt32) -> Bool {
        func holds(_ value: UInt32, _ minimum: UInt32, _ maximum: UInt32, _ step: UInt32) -> Bool {
            value >= minimum && value <= maximum && (value - minimum) % max(step, 1) == 0
        }
        return holds(width, range.min_width, range.max_width, range.step_width)
            && holds(height, range.min_height, range.max_height, range.step_height)
    }

    private func sizes(of code: FourCC) -> [(UInt32, UInt32)] {
        var range: [(UInt32, UInt32)]?
        let discrete: [(UInt32, UInt32)] = enumerate { index in
            var size = v4l2_frmsizeenum()
            size.index = index
            size.pixel_format = code.rawValue
            guard range == nil, (try? control(CV4L2_ENUM_FRAMESIZES, &size)) != nil else { return nil }
            if size.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue { return (size.discrete.width, size.discrete.height) }
            range = Self.sizes(in: size.stepwise)
            return nil
        }
        return range ?? (discrete.isEmpty ? [largest(code)].compactMap(\.self) : discrete)
    }

    static func sizes(in range: v4l2_frmsize_stepwise) -> [(UInt32, UInt32)] {
        let customary: [(UInt32, UInt32)] = [
            (640, 480), (1280, 720), (1280, 1024), (1920, 1080), (2592, 1944), (3840, 2160),
        ]
        func fits(_ value: UInt32, _ minimum: UInt32, _ maximum: UInt32, _ step: UInt32) -> Bool {
            value > minimum && value < maximum && (value - minimum) % max(step, 1) == 0
        }
        let between = customary.filter { width, height in
            fits(width, range.min_width, range.max_width, range.step_width)
                && fits(height, range.min_height, range.max_height, range.step_height)
        }
        let ends = [(range.min_width, range.min_height), (range.max_width, range.max_height)]
        return [ends[0]] + between + (ends[0] == ends[1] ? [] : [ends[1]])
    }

    /// For drivers that do not enumerate sizes: what they make of a size beyond all cameras.
    private func largest(_ code: FourCC) -> (UInt32, UInt32)? {
        var format = cv4l2_format()
        format.pixelformat = code.rawValue
        format.width = 16384
        format.height = 16384
        guard (try? self.format(CV4L2_TRY_FMT, &format)) != nil, format.pixelformat == code.rawValue else { return nil }
        return (format.width, format.height)
    }

    /// Frames per second; of a range, its ends.
    private func rates(of code: FourCC, width: UInt32, height: UInt32) -> (rates: [Double], isRange: Bool) {
        var range: [Double]?
        let discrete: [Double] = enumerate { index in
            var interval = v4l2_frmivalenum()
            interval.index = index
            interval.pixel_format = code.rawValue
            interval.width = width
            interval.height = height
            guard range == nil, (try? control(CV4L2_ENUM_FRAMEINTERVALS, &interval)) != nil else { return nil }
            if interval.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue { return interval.discrete.rate }
            range = [interval.stepwise.max.rate, interval.stepwise.min.rate].compactMap(\.self)
            return nil
        }
        return (range ?? discrete, range != nil)
    }

    /// Calls until nil; drivers that never say so end at 256.
    private func enumerate<Item>(_ next: (UInt32) -> Item?) -> [Item] {
        var items: [Item] = []
        while items.count < 256, let item = next(UInt32(items.count)) { items.append(item) }
        return items
    }
}

extension v4l2_fract {
    /// Of a frame interval, the frames per second.
    var rate: Double? { CameraMode.framesPerSecond(interval: numerator, over: denominator) }
}
