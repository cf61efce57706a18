#include "copencv.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <vector>

namespace {
// No exception may cross into Swift.
template <typename Body>
int guarded(Body body) noexcept {
    try {
        return body();
    } catch (...) {
        return -1;
    }
}
}  // namespace

int ccv_resample_f32(const float *in, int in_width, int in_height, int channels, float *out, int out_width,
                     int out_height) {
    return guarded([&] {
        const cv::Mat from(in_height, in_width, CV_32FC(channels), const_cast<float *>(in));
        cv::Mat to(out_height, out_width, CV_32FC(channels), out);
        const bool shrinking = out_width < in_width && out_height < in_height;
        cv::resize(from, to, to.size(), 0, 0, shrinking ? cv::INTER_AREA : cv::INTER_LANCZOS4);
        return 0;
    });
}

int ccv_demosaic_u16(const uint16_t *mosaic, int width, int height, int red_x, int red_y, uint16_t *rgb) {
    return guarded([&] {
        const cv::Mat from(height, width, CV_16UC1, const_cast<uint16_t *>(mosaic));
        cv::Mat to(height, width, CV_16UC3, rgb);
        // OpenCV names a pattern after the second row's second and third pixel; its "BG" is RGGB.
        const int codes[2][2] = {{cv::COLOR_BayerBG2RGB_EA, cv::COLOR_BayerGB2RGB_EA},
                                 {cv::COLOR_BayerGR2RGB_EA, cv::COLOR_BayerRG2RGB_EA}};
        cv::demosaicing(from, to, codes[red_y][red_x]);
        return 0;
    });
}

int ccv_connected_components(const uint8_t *mask, int width, int height, int32_t *labels) {
    return guarded([&] {
        const cv::Mat from(height, width, CV_8UC1, const_cast<uint8_t *>(mask));
        cv::Mat to(height, width, CV_32SC1, labels);
        return cv::connectedComponents(from, to, 8, CV_32S) - 1;
    });
}

int ccv_distance_to_edge(const uint8_t *mask, int width, int height, float *distance) {
    return guarded([&] {
        const cv::Mat from(height, width, CV_8UC1, const_cast<uint8_t *>(mask));
        cv::Mat to(height, width, CV_32FC1, distance);
        cv::distanceTransform(from, to, cv::DIST_L2, cv::DIST_MASK_PRECISE, CV_32F);
        return 0;
    });
}
