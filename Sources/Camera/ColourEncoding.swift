internal import CV4L2

/// How Y'CbCr and RGB numbers stand for R'G'B', as the driver states it
/// (linux/videodev2.h: colorspace, ycbcr_enc, quantization).
package struct ColourEncoding: Sendable, Equatable {
    /// Weights of red and blue in luma.
    package enum Matrix: Sendable {
        case bt601, bt709, bt2020, smpte240m

        var weights: (red: Double, blue: Double) {
            switch self {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            case .smpte240m: (0.212, 0.087)
            }
        }
    }

    package let matrix: Matrix
    /// 0...255; otherwise black is 16, white 235, and chroma spans 16...240.
    package let isFullRange: Bool

    package init(matrix: Matrix, isFullRange: Bool) {
        self.matrix = matrix
        self.isFullRange = isFullRange
    }

    /// Fills in what the driver leaves at "default" by the rules of `V4L2_MAP_YCBCR_ENC_DEFAULT` and
    /// `V4L2_MAP_QUANTIZATION_DEFAULT`. Constant-luminance BT.2020 is read as the ordinary one.
    package init(colorspace: UInt32, encoding: UInt32, quantization: UInt32, isRGB: Bool) {
        matrix =
            switch encoding {
            case V4L2_YCBCR_ENC_601.rawValue, V4L2_YCBCR_ENC_XV601.rawValue: .bt601
            case V4L2_YCBCR_ENC_709.rawValue, V4L2_YCBCR_ENC_XV709.rawValue: .bt709
            case V4L2_YCBCR_ENC_BT2020.rawValue, V4L2_YCBCR_ENC_BT2020_CONST_LUM.rawValue: .bt2020
            case V4L2_YCBCR_ENC_SMPTE240M.rawValue: .smpte240m
            default:
                switch colorspace {
                case V4L2_COLORSPACE_REC709.rawValue, V4L2_COLORSPACE_DCI_P3.rawValue: .bt709
                case V4L2_COLORSPACE_BT2020.rawValue: .bt2020
                case V4L2_COLORSPACE_SMPTE240M.rawValue: .smpte240m
                default: .bt601
                }
            }
        isFullRange =
            switch quantization {
            case V4L2_QUANTIZATION_FULL_RANGE.rawValue: true
            case V4L2_QUANTIZATION_LIM_RANGE.rawValue: false
            default: isRGB || colorspace == V4L2_COLORSPACE_JPEG.rawValue
            }
    }
}
