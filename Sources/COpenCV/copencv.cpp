#include "copencv.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
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

int ccv_shrink_u8(const uint8_t *in, int in_width, int in_height, int channels, uint8_t *out, int out_width,
                  int out_height) {
    return guarded([&] {
        const cv::Mat from(in_height, in_width, CV_8UC(channels), const_cast<uint8_t *>(in));
        cv::Mat to(out_height, out_width, CV_8UC(channels), out);
        cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
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

int ccv_blur_f32(const float *in, int width, int height, int channels, double sigma, float *out) {
    return guarded([&] {
        const cv::Mat from(height, width, CV_32FC(channels), const_cast<float *>(in));
        cv::Mat to(height, width, CV_32FC(channels), out);
        cv::GaussianBlur(from, to, cv::Size(), sigma, sigma, cv::BORDER_REFLECT);
        return 0;
    });
}

int ccv_warp_f32(const float *in, int in_width, int in_height, int channels, const double m[6], float outside,
                 float *out, int out_width, int out_height) {
    // OpenCV's warps round positions to 1/32 pixel, too coarse to measure shifts with. Catmull and Rom's cubic.
    const auto cubic = [](double t, double w[4]) {
        w[0] = ((-0.5 * t + 1) * t - 0.5) * t;
        w[1] = (1.5 * t - 2.5) * t * t + 1;
        w[2] = ((-1.5 * t + 2) * t + 0.5) * t;
        w[3] = (0.5 * t - 0.5) * t * t;
    };
    for (int y = 0; y < out_height; y++) {
        for (int x = 0; x < out_width; x++, out += channels) {
            const double sx = m[0] * x + m[1] * y + m[2], sy = m[3] * x + m[4] * y + m[5];
            if (!(sx > -0.5 && sy > -0.5 && sx < in_width - 0.5 && sy < in_height - 0.5)) {
                std::fill_n(out, channels, outside);
                continue;
            }
            const int left = (int)std::floor(sx), top = (int)std::floor(sy);
            double across[4], down[4];
            cubic(sx - left, across);
            cubic(sy - top, down);
            size_t columns[4], rows[4];
            for (int i = 0; i < 4; i++) {
                columns[i] = (size_t)std::clamp(left - 1 + i, 0, in_width - 1) * channels;
                rows[i] = (size_t)std::clamp(top - 1 + i, 0, in_height - 1) * in_width * channels;
            }
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                for (int j = 0; j < 4; j++) {
                    const float *row = in + rows[j] + c;
                    sum += down[j] * (across[0] * row[columns[0]] + across[1] * row[columns[1]] +
                                      across[2] * row[columns[2]] + across[3] * row[columns[3]]);
                }
                out[c] = (float)sum;
            }
        }
    }
    return 0;
}

int ccv_spectrum_f32(const float *in, int width, int height, float *spectrum) {
    return guarded([&] {
        cv::Mat to(height, width, CV_32FC2, spectrum);
        cv::dft(cv::Mat(height, width, CV_32F, const_cast<float *>(in)), to, cv::DFT_COMPLEX_OUTPUT);
        return 0;
    });
}

int ccv_phase_correlation(const float *a, const float *b, int width, int height, const double *whitenings,
                          int whitenings_count, double cutoff, float *surfaces) {
    return guarded([&] {
        if (whitenings_count < 1 || whitenings_count > 2) return -1;
        cv::Mat product;
        cv::mulSpectrums(cv::Mat(height, width, CV_32FC2, const_cast<float *>(b)),
                         cv::Mat(height, width, CV_32FC2, const_cast<float *>(a)), product, 0, true);
        // Of real pictures the other half of the columns mirrors this one.
        const int half = width / 2 + 1;
        std::vector<cv::Mat> parts;
        cv::split(product.colRange(0, half), parts);
        cv::Mat magnitude, logarithm;
        cv::magnitude(parts[0], parts[1], magnitude);
        double largest = 0;
        cv::minMaxLoc(magnitude, nullptr, &largest);
        if (largest == 0) {
            std::fill_n(surfaces, (size_t)width * height * whitenings_count, 0.0f);
            return 0;
        }
        cv::log(magnitude + 1e-9 * largest, logarithm);
        cv::Mat gains[2];
        for (int at = 0; at < whitenings_count; at++) {
            cv::Mat &gain = gains[at];
            gain.create(height, half, CV_32F);
            for (int y = 0; y < height; y++) {
                const double v = (double)(y <= height / 2 ? y : y - height) / height;
                for (int x = 0; x < half; x++) {
                    const double u = (double)x / width;
                    gain.at<float>(y, x) = (float)(-(u * u + v * v) / (2 * cutoff * cutoff) -
                                                   whitenings[at] * logarithm.at<float>(y, x));
                }
            }
            cv::exp(gain, gain);
            // The mean says nothing of position.
            gain.at<float>(0, 0) = 0;
            const cv::Mat inside = gain.mul(magnitude);
            const double once = cv::sum(inside.col(0))[0] + (width % 2 ? 0 : cv::sum(inside.col(width / 2))[0]);
            const double sum = 2 * cv::sum(inside)[0] - once;
            gain *= sum > 0 ? 1 / sum : 0;
        }
        // Both surfaces are real: one is the real part of the transform, the other the imaginary.
        for (int y = 0; y < height; y++) {
            cv::Vec2f *row = product.ptr<cv::Vec2f>(y);
            const int mirrored = (height - y) % height;
            for (int x = 0; x < width; x++) {
                const int v = x < half ? y : mirrored, u = x < half ? x : width - x;
                const cv::Vec2f value = row[x];
                row[x] = value * gains[0].at<float>(v, u);
                if (whitenings_count == 2) row[x] += cv::Vec2f(-value[1], value[0]) * gains[1].at<float>(v, u);
            }
        }
        cv::Mat to(height, width, whitenings_count == 2 ? CV_32FC2 : CV_32F, surfaces);
        cv::idft(product, to, whitenings_count == 2 ? 0 : cv::DFT_REAL_OUTPUT);
        return 0;
    });
}

int ccv_fourier_c32(float *values, int width, int height, int inverse) {
    return guarded([&] {
        cv::Mat plane(height, width, CV_32FC2, values);
        cv::dft(plane, plane, inverse ? cv::DFT_INVERSE | cv::DFT_SCALE : 0);
        return 0;
    });
}

int ccv_log_polar_spectrum(const float *in, int side, int angles, int radii, double lowest, double highest,
                           float *out) {
    return guarded([&] {
        cv::Mat spectrum;
        cv::dft(cv::Mat(side, side, CV_32F, const_cast<float *>(in)), spectrum, cv::DFT_COMPLEX_OUTPUT);
        cv::Mat magnitude(side, side, CV_32F);
        double mean = 0;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                const float value = (float)cv::norm(spectrum.at<cv::Vec2f>(y, x));
                magnitude.at<float>((y + side / 2) % side, (x + side / 2) % side) = value;
                mean += value;
            }
        }
        mean /= (double)side * side;
        if (mean > 0) magnitude /= mean;
        cv::log(magnitude + 1, magnitude);
        cv::Mat mapX(angles, radii, CV_32F), mapY(angles, radii, CV_32F);
        for (int r = 0; r < angles; r++) {
            const double angle = CV_PI * r / angles;
            for (int c = 0; c < radii; c++) {
                const double frequency = lowest * std::pow(highest / lowest, (double)c / radii);
                mapX.at<float>(r, c) = (float)(side / 2 + frequency * std::cos(angle));
                mapY.at<float>(r, c) = (float)(side / 2 + frequency * std::sin(angle));
            }
        }
        cv::Mat to(angles, radii, CV_32F, out);
        cv::remap(magnitude, to, mapX, mapY, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
        return 0;
    });
}

namespace {
// Derivatives in values per pixel.
void gradients(const float *in, int width, int height, double sigma, cv::Mat &dx, cv::Mat &dy) {
    const cv::Mat from(height, width, CV_32F, const_cast<float *>(in));
    cv::Mat smooth;
    if (sigma > 0)
        cv::GaussianBlur(from, smooth, cv::Size(), sigma, sigma, cv::BORDER_REFLECT);
    else
        smooth = from;
    cv::Sobel(smooth, dx, CV_32F, 1, 0, 3, 1.0 / 8, 0, cv::BORDER_REFLECT);
    cv::Sobel(smooth, dy, CV_32F, 0, 1, 3, 1.0 / 8, 0, cv::BORDER_REFLECT);
}
}  // namespace

int ccv_canny_f32(const float *in, int width, int height, double sigma, double low, double high, uint8_t *edges) {
    return guarded([&] {
        cv::Mat dx, dy;
        gradients(in, width, height, sigma, dx, dy);
        // Canny takes 16-bit derivatives: the largest becomes 16,000.
        double most = 0;
        for (const cv::Mat &part : {dx, dy}) {
            double low_, high_;
            cv::minMaxLoc(part, &low_, &high_);
            most = std::max({most, -low_, high_});
        }
        cv::Mat to(height, width, CV_8U, edges);
        if (most == 0) {
            to = 0;
            return 0;
        }
        const double scale = 16000 / most;
        cv::Mat x16, y16;
        dx.convertTo(x16, CV_16S, scale);
        dy.convertTo(y16, CV_16S, scale);
        cv::Canny(x16, y16, to, low * scale, high * scale, true);
        return 0;
    });
}

int ccv_gradient_f32(const float *in, int width, int height, double sigma, float *magnitude) {
    return guarded([&] {
        cv::Mat dx, dy;
        gradients(in, width, height, sigma, dx, dy);
        cv::Mat to(height, width, CV_32F, magnitude);
        cv::magnitude(dx, dy, to);
        return 0;
    });
}

int ccv_grow(const uint8_t *mask, int width, int height, int radius, uint8_t *out) {
    return guarded([&] {
        const cv::Mat from(height, width, CV_8U, const_cast<uint8_t *>(mask));
        cv::Mat to(height, width, CV_8U, out);
        const int side = 2 * std::abs(radius) + 1;
        const cv::Mat disc = cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(side, side));
        if (radius > 0)
            cv::dilate(from, to, disc);
        else if (radius < 0)
            cv::erode(from, to, disc);
        else
            from.copyTo(to);
        return 0;
    });
}

int ccv_contour(const uint8_t *mask, int width, int height, int32_t *xy, int capacity) {
    return guarded([&] {
        const cv::Mat from(height, width, CV_8U, const_cast<uint8_t *>(mask));
        std::vector<std::vector<cv::Point>> contours;
        cv::findContours(from, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
        const auto largest = std::max_element(contours.begin(), contours.end(), [](const auto &a, const auto &b) {
            return cv::contourArea(a) < cv::contourArea(b);
        });
        if (largest == contours.end()) return 0;
        const int count = std::min((int)largest->size(), capacity);
        for (int i = 0; i < count; i++) {
            xy[2 * i] = (*largest)[i].x;
            xy[2 * i + 1] = (*largest)[i].y;
        }
        return count;
    });
}
